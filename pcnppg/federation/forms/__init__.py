"""Shape of what people fill in about their network; wording of what to mend."""

from pcnppg.federation.forms.belonging import AgreementForm, DelegateForm, GroupForm, ReadForm
from pcnppg.federation.forms.decisions import ELECTS, PhoneForm, QuestionForm, ViewForm, VoteForm
from pcnppg.federation.forms.library import ShareForm, TextForm
from pcnppg.federation.forms.offers import ABOUT, AnswerForm, HelpForm, MailingForm, NoticeForm, TakeNoticeForm
from pcnppg.federation.forms.purposes import AgreeForm, PurposeForm

__all__ = [
    "ABOUT",
    "ELECTS",
    "AgreeForm",
    "AgreementForm",
    "AnswerForm",
    "DelegateForm",
    "GroupForm",
    "HelpForm",
    "MailingForm",
    "NoticeForm",
    "PhoneForm",
    "PurposeForm",
    "QuestionForm",
    "ReadForm",
    "ShareForm",
    "TakeNoticeForm",
    "TextForm",
    "ViewForm",
    "VoteForm",
]
