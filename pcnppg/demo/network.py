"""The network of the story: four groups agree, send delegates, decide, offer and help; through the actions that people use."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from pcnppg.demo.gathering import Gathering
from pcnppg.demo.network_story import BOARD, DECISIONS, LIBRARY, NETWORK, NOTICES, Board, Put
from pcnppg.federation import actions, queries
from pcnppg.federation.actions.decisions import Asked
from pcnppg.federation.rules.belonging import USUAL
from pcnppg.federation.rules.decisions import Terms
from pcnppg.federation.rules.library import TextKind
from pcnppg.federation.rules.offers import NoticeKind
from pcnppg.groups import actions as founding
from pcnppg.groups import queries as groups
from pcnppg.groups.rules import Role
from pcnppg.kernel import clock
from pcnppg.kernel.email_address import EmailAddress
from pcnppg.kernel.who import OPERATOR, Who
from pcnppg.store.session import transaction

if TYPE_CHECKING:
    from pcnppg.demo.play import Life

Event = tuple[datetime, int, Callable[[], None]]


class Together:
    """The network's half year, as it goes on."""

    def __init__(self, lives: Sequence[Life]) -> None:
        self.lives = lives
        self.network_id = 0
        self.by = OPERATOR
        self.open: dict[str, int] = {}

    def events(self, today: datetime) -> Iterator[Event]:
        """What happens when, in no order."""
        yield today - timedelta(days=170), 7, self.found
        yield today - timedelta(days=160), 7, self.join
        for put in DECISIONS:
            yield today - timedelta(days=put.days_ago), 7, partial(self.put, put)
            yield today - timedelta(days=put.days_ago - 2), 7, partial(self.vote, put)
            if put.closed_after < put.days_ago:
                yield today - timedelta(days=put.days_ago - put.closed_after - 1), 7, partial(self.close, put)
        for posted in BOARD:
            yield today - timedelta(days=posted.days_ago), 7, partial(self.post, posted)
        for days_ago, n, kind, title, body in LIBRARY:
            yield today - timedelta(days=days_ago), 7, partial(self.share, n, kind, title, body)
        yield today - timedelta(days=12), 7, self.offer
        yield from Gathering(self).events(today)

    def chair(self, n: int) -> Who:
        return self.lives[n].by[Role.CHAIR]

    def found(self) -> None:
        name, address = NETWORK.chair
        with transaction():
            group, token = founding.create_network_group(
                network_code=NETWORK.code,
                name=NETWORK.name,
                slug=NETWORK.slug,
                chair=EmailAddress.parse(address),
                by=OPERATOR,
                at=clock.now(),
            )
            self.network_id = group.id
            accepted = founding.accept_invitation(token, name=name, at=clock.now())
            self.by = Who.person(accepted.person_id)
            founding.set_up(
                group.id,
                name=NETWORK.name,
                purpose=NETWORK.purpose,
                reply_address=EmailAddress.parse(address),
                helper_name=name,
                helper_contact=NETWORK.phone,
                by=self.by,
                at=clock.now(),
            )
            actions.publish(group.id, USUAL, over=0, by=self.by, at=clock.now())
            for life in self.lives:
                actions.invite_group(group.id, life.group_id, by=self.by, at=clock.now())

    def join(self) -> None:
        """Each group's chair agrees, and sends themself and another officer."""
        for n, life in enumerate(self.lives):
            with transaction():
                actions.accept(life.group_id, self.network_id, read=1, by=self.chair(n), at=clock.now())
            second = next(who for role, who in life.by.items() if role in {Role.VICE_CHAIR, Role.SECRETARY})
            for who in (self.chair(n), second):
                with transaction():
                    actions.send_delegate(
                        life.group_id,
                        person_id=who.person_id or 0,
                        substitute=who is second,
                        by=self.chair(n),
                        at=clock.now(),
                    )

    def put(self, put: Put) -> None:
        with transaction():
            standing = [one for one in queries.list_delegates(self.network_id) if not one.is_substitute]
            options = tuple(str(one.delegate_id) for one in standing[-2:]) if put.elects else put.options
            asked = Asked(
                question=put.question,
                explanation=put.explanation,
                options=options,
                terms=Terms(put.rule, put.counting, put.quorum, put.on_tie, len(options), put.secret, put.needs_view),
                closes_on=(clock.local(clock.now()) + timedelta(days=put.closed_after)).date(),
                elects=put.elects,
            )
            draft = actions.draft_decision(self.network_id, asked, by=self.by, at=clock.now())
            opened = actions.open_decision(self.network_id, draft.id, by=self.by, at=clock.now())
            self.open[put.question] = opened.id

    def vote(self, put: Put) -> None:
        number = self.open[put.question]
        options = [option.id for option in queries.whole_of(queries.get_decision(self.network_id, number)).options]
        for n, choice in enumerate(put.votes):
            by = self.chair(n)
            with transaction():
                if put.needs_view:
                    words, group_id = put.views[n], self.lives[n].group_id
                    actions.write_view(self.network_id, number, group_id=group_id, words=words, by=by, at=clock.now())
                chosen = options[choice] if choice is not None else None
                actions.vote(self.network_id, number, person_id=by.person_id or 0, option_id=chosen, at=clock.now())

    def close(self, put: Put) -> None:
        number = self.open[put.question]
        with transaction():
            actions.close_due(at=clock.now())
        if put.elects:
            with transaction():
                actions.take_office(self.network_id, number, by=self.by, at=clock.now())
            self.by = next(
                Who.person(one.person_id) for one in groups.list_officers(self.network_id) if one.role is Role.CHAIR
            )

    def post(self, posted: Board) -> None:
        with transaction():
            post = actions.post_help(
                self.lives[posted.by].group_id,
                kind=posted.kind,
                about=posted.about,
                title=posted.title,
                body=posted.body,
                by=self.chair(posted.by),
                at=clock.now(),
            )
            for n, words in posted.answers:
                actions.answer_post(self.lives[n].group_id, post.id, words=words, by=self.chair(n), at=clock.now())

    def share(self, n: int, kind: TextKind, title: str, body: str) -> None:
        """A group puts a text on the shelf, and the last of the groups takes a copy."""
        with transaction():
            text = actions.share_text(
                self.lives[n].group_id, kind=kind, title=title, body=body, by=self.chair(n), at=clock.now()
            )
            actions.take_text(self.lives[-1].group_id, text.id, by=self.chair(-1), at=clock.now())

    def offer(self) -> None:
        """Two notices; the first groups take one, in words of their own. A mailing waits for answers."""
        for title, body in NOTICES:
            with transaction():
                notice = actions.offer_notice(
                    self.network_id,
                    kind=NoticeKind.EVENT,
                    title=title,
                    body=body,
                    ends_on=None,
                    by=self.by,
                    at=clock.now(),
                )
                actions.take_notice(self.lives[0].group_id, notice.id, by=self.chair(0), at=clock.now())
        subject, body = NETWORK.mailing
        with transaction():
            offered = actions.offer_mailing(self.network_id, subject=subject, body=body, by=self.by, at=clock.now())
            actions.answer_mailing(self.lives[1].group_id, offered.id, is_taken=True, by=self.chair(1), at=clock.now())
