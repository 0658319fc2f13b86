"""How names read, what a search means, what an edition changes, and when it is refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from pcnppg.directory.rules import (
    Publication,
    Standing,
    StandingNetwork,
    difference,
    is_invented,
    may_import,
    old_day,
    postcode_key,
    search_text,
    shown_name,
    sought,
)
from pcnppg.directory.rules.finding import LONGEST_SEARCH, MOST_WORDS, Sought
from tests.directory.publishing import (
    AGATHA,
    AUGUST,
    FERNWAY,
    FOUR,
    JULY,
    MOOR,
    RIVER,
    TANNERY,
    WITHY,
    edition,
    hundred,
)


@pytest.mark.parametrize(
    ("published", "shown"),
    [
        ("THE MISSION PRACTICE", "The Mission Practice"),
        ("DR A B SMITH & PARTNERS", "Dr A B Smith & Partners"),
        ("DR AP KUMAR", "Dr AP Kumar"),
        ("DR RK KUKAR AND PARTNERS", "Dr RK Kukar and Partners"),
        ("DRS LAMBERT & NG", "Drs Lambert & Ng"),
        ("DR DE SILVA", "Dr de Silva"),
        ("DR OM AND PARTNERS", "Dr Om and Partners"),
        ("ST ELIZABETH'S MEDICAL CENTRE (JA WOOD)", "St Elizabeth's Medical Centre (JA Wood)"),
        ("ST MARY'S SURGERY", "St Mary's Surgery"),
        ("ST JAMES' SURGERY", "St James' Surgery"),
        ("JAMES O'RIORDAN MEDICAL CENTRE", "James O'Riordan Medical Centre"),
        ("THE SALTAIRE & WINDHILL MEDICAL P'SHIP", "The Saltaire & Windhill Medical P'ship"),
        ("MCKENZIE GROUP PRACTICE", "McKenzie Group Practice"),
        ("MACKLIN STREET SURGERY", "Macklin Street Surgery"),
        ("FULWELL MEDICAL CENTRE,", "Fulwell Medical Centre"),
        ("ST ANDREWS MEDICAL PRACTICE.", "St Andrews Medical Practice"),
        ("WOODLANDS PARK HEALTH CTR.", "Woodlands Park Health Ctr."),
        ("ORCHARD SURGERY,MELBOURN", "Orchard Surgery, Melbourn"),
        ("THE SURGERY, THE GREEN", "The Surgery, The Green"),
        ("STOCKWELL LODGE MED.CTR.", "Stockwell Lodge Med. Ctr."),
        ("THE G.P.SUITE", "The G.P. Suite"),
        ("WOODLANDS&CLERKLANDS PARTNERSHIP", "Woodlands & Clerklands Partnership"),
        ("YORKLEIGH SURGERY(CT)", "Yorkleigh Surgery (Ct)"),
        ("STOKE-ON-TRENT NORTH PCN", "Stoke-on-Trent North PCN"),
        ("STANFORD-LE-HOPE PCN", "Stanford-le-Hope PCN"),
        ("PIMLICO HEALTH AT THE MARVEN", "Pimlico Health at the Marven"),
        ("HEART OF BATH", "Heart of Bath"),
        ("GREENFORD - THE GREEN", "Greenford - The Green"),
        ("(THE) GREEN", "(The) Green"),
        ("LAWSON GPS", "Lawson GPs"),
        ("NORTH CHELMSFORD NHS HCC", "North Chelmsford NHS HCC"),
        ("AFFINITY (BNSSG) PCN", "Affinity (BNSSG) PCN"),
        ("ABOUT BETTER CARE (ABC) PCN", "About Better Care (ABC) PCN"),
        ("UNITY (BEDFORD) PCN", "Unity (Bedford) PCN"),
        ("RAVENSBOURNE PCN LTD", "Ravensbourne PCN Ltd"),
        ("SOLENT NHS TRUST T/A MEDINA HEALTHCARE", "Solent NHS Trust t/a Medina Healthcare"),
        ("SOLE BAY H/C", "Sole Bay H/C"),
        ("LEYTON HEALTHCARE 4TH FLOOR", "Leyton Healthcare 4th Floor"),
        ("ST JAMES MEDICAL PRACTICE2", "St James Medical Practice2"),
        ("SWB TOGETHER4HEALTHCARE PCN", "SWB Together4Healthcare PCN"),
        ("BRUNEL HEALTH GROUP PCN1", "Brunel Health Group PCN1"),
        ("CITY - OX3+ PCN", "City - OX3+ PCN"),
        ("BARNET 1D PCN", "Barnet 1D PCN"),
        ("NHS Thames Valley Integrated Care Board", "NHS Thames Valley Integrated Care Board"),
        ("  TWO   SPACES ", "Two Spaces"),
        ("", ""),
    ],
)
def test_a_name_published_in_capitals_is_made_fit_to_read(published: str, shown: str) -> None:
    assert shown_name(published) == shown
    assert shown_name(shown) == shown


def test_a_postcode_is_compared_without_spaces_and_case() -> None:
    assert postcode_key("zz1  1aa ") == postcode_key("ZZ11AA") == "ZZ11AA"


def test_a_practice_is_found_by_what_people_call_it() -> None:
    kept = search_text(code="Z99002", name="ST AGATHA'S MED. CTR & SURG", postcode="ZZ12 2BD")
    assert kept == " z99002 zz12 zz122bd st agathas med ctr surg saint street medical centre surgery "


def test_a_long_name_keeps_whole_words_in_the_search_column() -> None:
    kept = search_text(
        code="Z99002", name="SURGERY " * 3 + " ".join(f"WORD{n}" for n in range(60)), postcode="ZZ12 2BD"
    )
    assert len(kept) <= LONGEST_SEARCH
    assert kept.endswith(" ")
    assert kept.split()[-1] in {f"word{n}" for n in range(60)}


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Mission Practice", Sought((), ("mission", "practice"))),
        ("St. Mary’s & Ålesund", Sought((), ("st", "marys", "alesund"))),
        ("z99001", Sought((), ("z99001",))),
        ("zz1", Sought(("zz1",), ())),
        ("ZZ1 1aa", Sought(("zz1",), ("zz11aa",))),
        ("zz1 1", Sought(("zz1",), ("zz11",))),
        ("zz11aa", Sought((), ("zz11aa",))),
        ("surgery zz1 1aa", Sought(("zz1",), ("surgery", "zz11aa"))),
        ("zz1 surgery", Sought(("zz1",), ("surgery",))),
        ("%_'\\ \x00 ;--", Sought((), ())),
        ("", Sought((), ())),
    ],
)
def test_a_search_is_read_as_people_mean_it(typed: str, meant: Sought) -> None:
    assert sought(typed) == meant


def test_a_pasted_page_is_a_search_of_eight_words() -> None:
    assert len(sought("word " * 10_000).beginnings) == MOST_WORDS


def test_invented_practices_are_known_by_their_code() -> None:
    assert is_invented("Z99001")
    assert not is_invented("F84016")


def test_a_day_of_the_past_is_written_without_its_weekday() -> None:
    assert old_day(JULY) == "1 July 2026"


def standing_after(published: Publication, *closed: str) -> tuple[dict[str, Standing], dict[str, StandingNetwork]]:
    """What the directory holds after that edition, less what closed since."""
    sizes = published.list_sizes or {}
    return (
        {c: Standing(p, sizes.get(c), published.extract_on, c not in closed) for c, p in published.practices.items()},
        {c: StandingNetwork(name, c not in closed) for c, name in published.networks.items()},
    )


def test_into_an_empty_directory_everything_is_new() -> None:
    changes = difference(edition(FOUR), {}, {})
    assert changes.new == ("Z99001", "Z99002", "Z99003", "Z99004")
    assert changes.networks_new == ("U99990", "U99991")
    assert not changes.altered
    assert not changes.is_nothing


def test_the_same_edition_again_changes_nothing() -> None:
    assert difference(edition(FOUR), *standing_after(edition(FOUR))).is_nothing


def test_each_kind_of_change_is_told_apart() -> None:
    now = [
        WITHY.but(name="WITHY BANK HEALTH CENTRE"),
        AGATHA.but(network=MOOR),
        FERNWAY.but(size=3500, postcode="ZZ3 3CC"),
        TANNERY,
    ]
    changes = difference(edition(now), *standing_after(edition(FOUR), "Z99004"))
    assert changes.changed == ("Z99001", "Z99003")
    assert changes.moved == ("Z99002",)
    assert changes.resized == ("Z99003",)
    assert changes.reopened == ("Z99004",)
    assert changes.altered == {"Z99001", "Z99002", "Z99003", "Z99004"}
    assert changes.new == changes.closed == changes.networks_new == changes.networks_closed == ()


def test_without_the_ages_no_list_size_changes() -> None:
    assert difference(edition(FOUR, ages=False), *standing_after(edition(FOUR))).is_nothing


def test_a_practice_that_is_not_listed_closes_and_so_does_a_network_without_practices() -> None:
    changes = difference(edition([WITHY, AGATHA, TANNERY]), *standing_after(edition(FOUR)))
    assert changes.closed == ("Z99003",)
    assert changes.networks_closed == ("U99991",)


def test_a_network_opens_again_with_its_first_practice_under_its_new_name() -> None:
    now = [WITHY, AGATHA, FERNWAY.but(network=("U99991", "MOOR PCN")), TANNERY]
    changes = difference(edition(now), *standing_after(edition(FOUR), "U99991", "Z99003"))
    assert changes.networks_reopened == changes.networks_renamed == ("U99991",)
    assert not changes.networks_closed


def test_a_published_file_does_not_close_what_the_demonstration_invented() -> None:
    real = WITHY.but(code="F84016", network=("U50771", "TOWER HAMLETS NETWORK 1 PCN"))
    changes = difference(edition([real]), *standing_after(edition(FOUR)))
    assert changes.new == ("F84016",)
    assert changes.closed == changes.networks_closed == ()


def test_a_closed_practice_is_not_closed_twice_and_keeps_no_network_open() -> None:
    assert difference(edition([WITHY, AGATHA, TANNERY]), *standing_after(edition(FOUR), "Z99003", "U99991")).is_nothing


def verdict(published: Publication, before: Publication, *, last: date | None = JULY) -> str:
    standing, networks = standing_after(before)
    changes = difference(published, standing, networks)
    found = may_import(published, changes, last_extract_on=last, open_before=len(standing))
    assert bool(found) == (found.because == "")
    return found.because


def test_a_newer_or_the_same_month_may_be_imported() -> None:
    assert verdict(edition(FOUR, on=AUGUST), edition(FOUR)) == ""
    assert verdict(edition(FOUR), edition(FOUR)) == ""
    assert verdict(edition(FOUR), edition([]), last=None) == ""


def test_an_older_month_is_refused() -> None:
    assert "1 July 2026, older than the last import, which was of 1 August 2026" in verdict(
        edition(FOUR), edition(FOUR, on=AUGUST), last=AUGUST
    )


def test_three_closures_in_a_hundred_pass_and_more_are_refused() -> None:
    assert verdict(edition(hundred()[3:]), edition(hundred())) == ""
    assert "4 of 100 practices, more than 3 in 100" in verdict(edition(hundred()[4:]), edition(hundred()))
    assert "1 of 33 practices" in verdict(edition(hundred(33)[1:]), edition(hundred(33)))


def test_files_that_do_not_list_the_same_practices_are_refused() -> None:
    whole, short = edition(FOUR), edition(FOUR[:2])
    assert "map file does not list 2 of the practices in the ages file, such as Z99003" in verdict(
        replace(short, list_sizes=whole.list_sizes), edition([])
    )
    assert "ages file does not list 2 of the practices in the map file, such as Z99003" in verdict(
        replace(whole, list_sizes=short.list_sizes), edition([])
    )


def test_an_edition_in_no_network_has_no_networks() -> None:
    assert edition([TANNERY]).networks == {}
    assert RIVER[0] in edition([WITHY]).networks
