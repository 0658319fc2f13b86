"""The board on which groups ask one another for help and offer it. Answers are mailed on without an address."""

from __future__ import annotations

from datetime import datetime

from pcnppg.audit import actions as audit
from pcnppg.federation import emails, queries
from pcnppg.federation.actions.agreement import person
from pcnppg.federation.models import HelpAnswer, HelpPost
from pcnppg.federation.rules.offers import About, HelpKind
from pcnppg.groups import queries as groups
from pcnppg.kernel.refusals import RuleBroken
from pcnppg.kernel.who import Who
from pcnppg.store.session import session


def post_help(group_id: int, *, kind: HelpKind, about: About, title: str, body: str, by: Who, at: datetime) -> HelpPost:
    """Put a request or an offer on the board of the network."""
    network_id = queries.get_inside(group_id).network_id
    post = HelpPost(
        network_id=network_id,
        group_id=group_id,
        kind=kind,
        about=about,
        title=title,
        body=body,
        posted_at=at,
        by_person_id=person(by),
    )
    session().add(post)
    session().flush()
    audit.note("federation.help_posted", by=by, at=at, group_id=group_id, about=("help_post", post.id))
    return post


def answer_post(group_id: int, post_id: int, *, words: str, by: Who, at: datetime) -> HelpAnswer:
    """Answer another group. Its officers get the words, and the answering group's name."""
    post = queries.get_post(queries.get_inside(group_id).network_id, post_id)
    if post.closed_at is not None:
        raise RuleBroken("This one is closed already. Your words were not sent.")
    if post.group_id == group_id:
        raise RuleBroken("This is your own group's. Only other groups answer it.")
    answer = HelpAnswer(post_id=post_id, group_id=group_id, words=words, at=at, by_person_id=person(by))
    session().add(answer)
    session().flush()
    audit.note("federation.help_answered", by=by, at=at, group_id=group_id, about=("help_post", post_id))
    emails.answered(groups.get_group(post.group_id), groups.get_group(group_id), post, words=words, at=at)
    return answer


def close_post(group_id: int, post_id: int, *, by: Who, at: datetime) -> None:
    """Take one's own off the board. Safe to repeat."""
    post = queries.get_own_post(group_id, post_id)
    if post.closed_at is None:
        post.closed_at = at
        session().flush()
        audit.note("federation.help_closed", by=by, at=at, group_id=group_id, about=("help_post", post_id))
