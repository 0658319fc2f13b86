"""Reading practices, networks and editions. Nothing here is about a person."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import ColumnElement, Select, and_, false, func, select

from pcnppg.directory.models import DirectoryEdition, Network, Practice
from pcnppg.directory.rules import PublishedPractice, Standing, StandingNetwork, sought
from pcnppg.kernel.refusals import NotFound
from pcnppg.store.session import session


def find_practice(code: str) -> Practice | None:
    """The practice of this ODS code, open or closed, or None. Case and spaces around it do not matter."""
    return session().get(Practice, code.strip().upper())


def get_practice(code: str) -> Practice:
    found = find_practice(code)
    if found is None:
        raise NotFound("We cannot find a practice with this code. Check the code and try again.")
    return found


def find_network(code: str) -> Network | None:
    """The network of this ODS code, open or closed, or None."""
    return session().get(Network, code.strip().upper())


def get_network(code: str) -> Network:
    found = find_network(code)
    if found is None:
        raise NotFound("We cannot find a network with this code. Check the code and try again.")
    return found


def list_size(code: str) -> int | None:
    """How many patients are registered with a practice; None where we do not know."""
    return session().scalar(select(Practice.list_size).where(Practice.code == code))


def list_practices_of_network(network_code: str) -> list[Practice]:
    """The open practices of a network, by name."""
    found = select(Practice).where(Practice.network_code == network_code, Practice.closed_on.is_(None))
    return list(session().scalars(found.order_by(Practice.name, Practice.code)))


def search_practices(text: str, *, limit: int) -> list[Practice]:
    """Open practices found by words of the name in any order, postcode (whole or its first part) or code; by name."""
    found = select(Practice).where(_matches(text), Practice.closed_on.is_(None))
    return list(session().scalars(found.order_by(Practice.name, Practice.code).limit(limit)))


def codes_of_practices(text: str) -> Select[str]:
    """The codes of all practices that `text` finds, for use inside another query. Closed ones are among them.

    A text without a letter or digit finds none.
    """
    return select(Practice.code).where(_matches(text))


def _matches(text: str) -> ColumnElement[bool]:
    """What `sought` returns holds letters and digits only, so nothing in it is a wildcard."""
    words = sought(text)
    if not (words.whole or words.beginnings):
        return false()
    return and_(
        *(Practice.search.like(f"% {word} %") for word in words.whole),
        *(Practice.search.like(f"% {word}%") for word in words.beginnings),
    )


def list_words_like(beginning: str, *, limit: int) -> list[str]:
    """All by which practices are found that have a word which begins so; at most `limit` of them."""
    begins = Practice.search.contains(f" {beginning}", autoescape=True)
    found = select(Practice.search).where(begins, Practice.closed_on.is_(None)).order_by(Practice.code).limit(limit)
    return list(session().scalars(found))


def list_by_codes(codes: Collection[str]) -> dict[str, Practice]:
    """Practices, by code."""
    found = select(Practice).where(Practice.code.in_(codes)).order_by(Practice.code)
    return {practice.code: practice for practice in session().scalars(found)}


def practice_names(codes: Collection[str]) -> dict[str, str]:
    """Names as published, by code."""
    found = select(Practice.code, Practice.name).where(Practice.code.in_(codes))
    return dict(session().execute(found).all())


def network_names(codes: Collection[str]) -> dict[str, str]:
    found = select(Network.code, Network.name).where(Network.code.in_(codes))
    return dict(session().execute(found).all())


def count_practices() -> int:
    """Open practices."""
    return session().scalar(select(func.count()).select_from(Practice).where(Practice.closed_on.is_(None))) or 0


def count_networks() -> int:
    """Open networks."""
    return session().scalar(select(func.count()).select_from(Network).where(Network.closed_on.is_(None))) or 0


def last_edition() -> DirectoryEdition | None:
    """What was imported last."""
    return session().scalar(select(DirectoryEdition).order_by(DirectoryEdition.id.desc()).limit(1))


def standing_practices() -> dict[str, Standing]:
    """Every practice that the directory knows, as an import compares it."""
    found = select(
        Practice.code,
        Practice.name,
        Practice.postcode,
        Practice.network_code,
        Practice.icb_code,
        Practice.icb_name,
        Practice.list_size,
        Practice.list_size_on,
        Practice.closed_on,
    ).order_by(Practice.code)
    return {
        row[0]: Standing(PublishedPractice(*row[:6]), row[6], row[7], row[8] is None)
        for row in session().execute(found)
    }


def standing_networks() -> dict[str, StandingNetwork]:
    """Every network that the directory knows, as an import compares it."""
    found = select(Network.code, Network.name, Network.closed_on).order_by(Network.code)
    return {code: StandingNetwork(name, closed_on is None) for code, name, closed_on in session().execute(found)}
