"""Files as NHS England publishes them are read whole; anything else is refused with one line that says what is wrong."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from pcnppg.directory.formats import opening, read_publication
from pcnppg.directory.formats.cells import day
from pcnppg.directory.jobs import DEMO_FILES
from pcnppg.kernel.refusals import RuleBroken
from tests.directory.publishing import AGATHA, AUGUST, FOUR, JULY, MOOR, WITHY, Month, Surgery, csv_of, put, zip_of


def test_the_invented_files_that_come_with_the_product_are_read() -> None:
    published = read_publication(*DEMO_FILES)
    assert len(published.practices) == 6
    assert published.networks == {"U99990": "RIVER VALLEY PCN"}
    assert published.list_sizes is not None
    assert all(3400 <= size <= 12_100 for size in published.list_sizes.values())


def test_what_is_published_is_what_is_read(tmp_path: Path) -> None:
    published = Month().read(tmp_path)
    assert published.extract_on == JULY
    assert list(published.practices) == [s.code for s in FOUR]
    assert published.practices["Z99002"].name == "ST AGATHA'S MEDICAL CENTRE"
    assert published.practices["Z99004"].network_code is None
    assert published.networks == {"U99990": "RIVER VALLEY PCN", "U99991": "MOOR & FELL PCN"}
    assert published.list_sizes == {s.code: s.size for s in FOUR}


def test_zip_and_csv_with_and_without_a_byte_order_mark_are_the_same_edition(tmp_path: Path) -> None:
    month = Month()
    plain = month.read(tmp_path)
    mac = ("__MACOSX/._map.csv", b"shadow"), ("._map.csv", b"shadow"), ("notes.txt", b"words"), ("folder/", b"")
    packed = read_publication(
        put(tmp_path / "map.zip", zip_of(("gp/map.csv", month.map_csv()), *mac)),
        put(tmp_path / "ages.zip", zip_of(("AGES.CSV", month.ages_csv()))),
    )
    assert packed == plain
    marked = read_publication(put(tmp_path / "bom.csv", b"\xef\xbb\xbf" + month.map_csv()))
    assert marked.practices == plain.practices
    assert marked.list_sizes is None


def test_lines_may_end_as_on_any_computer_and_columns_come_in_any_order(tmp_path: Path) -> None:
    lines = [[*line[::-1], "MORE"] for line in Month().map_lines]
    content = csv_of(lines).replace(b"\r\n", b"\n")
    assert len(read_publication(put(tmp_path / "map.csv", content)).practices) == 4


@pytest.mark.parametrize("written", ["01Jul2026", "2026-07-01", "01JUL2026", "01jul2026"])
def test_every_way_in_which_the_day_was_ever_written_is_understood(written: str) -> None:
    assert day(written) == date(2026, 7, 1)


@pytest.mark.parametrize(
    "written", ["", "July", "31Jun2026", "2026-13-01", "01Jux2026", "1/7/2026", "2026-07-01T00:00"]
)
def test_what_is_no_day_is_no_day(written: str) -> None:
    assert day(written) is None


def fault_of(map_file: Path, ages_file: Path | None = None) -> str:
    with pytest.raises(RuleBroken) as refusal:
        read_publication(map_file, ages_file)
    message = refusal.value.message
    assert len(message.splitlines()) == 1
    assert len(message) < 200
    assert message.endswith((".", "?"))
    return message


MONTH = Month()
MAP, AGES = MONTH.map_csv(), MONTH.ages_csv()
MAP_ZIP = zip_of(("map.csv", MAP))
PAGE = b"\r\n<!DOCTYPE html><html><body>Service unavailable</body></html>\r\n"


def spoilt(damaged: bytes) -> bytes:
    """A ZIP file whose content no longer agrees with its checksum."""
    at = damaged.index(b"map.csv") + 20
    return damaged[:at] + bytes([damaged[at] ^ 0xFF]) + damaged[at + 1 :]


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"", "file: the file is empty."),
        (PAGE, "this is a web page"),
        (b"\xef\xbb\xbf<?xml version='1.0'?>", "this is a web page"),
        (MAP.decode().encode("utf-16"), "UTF-16"),
        (MAP.decode().encode("utf-16-be"), "neither a CSV nor a ZIP"),
        (MAP.replace(b"AGATHA'S", b"AG\xc2THA'S"), "file, line 3: the text is not UTF-8"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "neither a CSV nor a ZIP"),
        (MAP_ZIP[: len(MAP_ZIP) // 2], "not complete. Download it again."),
        (spoilt(MAP_ZIP), "damaged or not complete"),
        (zip_of(), "one CSV file in it, and there are none"),
        (zip_of(("a.txt", MAP)), "one CSV file in it, and there are none"),
        (zip_of(("a.csv", MAP), ("b.csv", MAP)), "one CSV file in it, and there are 2"),
        (zip_of(("map.csv", b"")), "the file is empty"),
        (MAP[:-1], "file, line 5: the last line has no end"),
        (MAP[: len(MAP) - 2], "file, line 5: the last line has no end. The file was cut short."),
        (MAP[: MAP.rindex(b"U,")], "file, line 5: the last line has no end"),
        (MAP[: MAP.rindex(b"U,")] + b"\n", "file, line 5: it has 6 of 17 columns. Was the file cut short?"),
        (MAP + b"\r\n", "file, line 6: it has 0 of 17 columns"),
        (MAP.replace(b"PCN_CODE", b"PCN"), "file, line 1: there should be one column PCN_CODE"),
        (MAP.replace(b"SUPPLIER_NAME", b"PCN_CODE"), "file, line 1: there should be one column PCN_CODE"),
        (MAP.splitlines(keepends=True)[0], "there is no practice in it"),
        (b"\r\n", "file, line 1: there should be one column EXTRACT_DATE"),
        (AGES, "file, line 1: this is a file of patient numbers, not the map."),
        (MAP.replace(b"THE OLD", b'"THE OLD'), "this is not CSV"),
        (MAP.replace(b"THE OLD", b'"THE" OLD'), "file, line 5: this is not CSV"),
        (MAP.replace(b"THE OLD", b"X" * 140_000), "file, line 5: this is not CSV"),
    ],
)
def test_a_damaged_or_wrong_map_is_refused_with_one_line(content: bytes, fault: str, tmp_path: Path) -> None:
    assert fault in fault_of(put(tmp_path / "file", content))


def map_with(row: int, column: str, text: str) -> Callable[[Month], None]:
    def change(month: Month) -> None:
        month.map_lines[row][month.map_lines[0].index(column)] = text

    return change


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (map_with(2, "EXTRACT_DATE", "01Aug2026"), "map.csv, line 3: EXTRACT_DATE is 01Aug2026, but 01Jul2026 above."),
        (map_with(2, "EXTRACT_DATE", "soon"), "map.csv, line 3: EXTRACT_DATE is not a date"),
        (map_with(2, "PRACTICE_CODE", "Z99001"), "map.csv, line 3: practice Z99001 is listed twice."),
        (map_with(1, "PRACTICE_CODE", "z99001"), "line 2: PRACTICE_CODE is not a letter and five digits."),
        (map_with(1, "PRACTICE_CODE", "Z9900１"), "line 2: PRACTICE_CODE"),
        (map_with(1, "PRACTICE_POSTCODE", "NOWHERE"), "line 2: PRACTICE_POSTCODE of Z99001 is not a postcode."),
        (map_with(1, "PCN_CODE", ""), "line 2: PCN_CODE of Z99001 is neither"),
        (map_with(1, "ICB_CODE", "NHS SHIRES"), "line 2: ICB_CODE of Z99001"),
        (map_with(1, "PRACTICE_NAME", " "), "line 2: PRACTICE_NAME of Z99001 is empty"),
        (map_with(1, "PRACTICE_NAME", "X" * 101), "line 2: PRACTICE_NAME of Z99001"),
        (map_with(1, "PCN_NAME", "TWO\nLINES"), "line 3: PCN_NAME of Z99001"),
        (map_with(1, "ICB_NAME", ""), "line 2: ICB_NAME of Z99001"),
        (map_with(2, "PCN_NAME", "ANOTHER PCN"), "line 3: network U99990 has another name than above."),
    ],
)
def test_a_map_that_says_what_cannot_be_is_refused(change: Callable[[Month], None], fault: str, tmp_path: Path) -> None:
    month = Month()
    change(month)
    assert fault in fault_of(month.written(tmp_path)[0])


def ages_with(row: int, column: str, text: str) -> Callable[[Month], None]:
    def change(month: Month) -> None:
        month.ages_lines[row][month.ages_lines[0].index(column)] = text

    return change


def ages_without(start: int, end: int | None = None) -> Callable[[Month], None]:
    def change(month: Month) -> None:
        del month.ages_lines[start:end]

    return change


def miscount(month: Month) -> None:
    """One patient more in one age group, and in nothing that it belongs to."""
    month.ages_lines[-2][-1] = str(int(month.ages_lines[-2][-1]) + 1)


def twice(month: Month) -> None:
    month.ages_lines.append(month.ages_lines[-1])


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (ages_with(3, "EXTRACT_DATE", "2026-08-01"), "ages.csv, line 4: EXTRACT_DATE is 2026-08-01, but 2026-07-01"),
        (ages_with(3, "SEX", "WOMEN"), "ages.csv, line 4: SEX and AGE_GROUP_5 are not a pair"),
        (ages_with(1, "AGE_GROUP_5", "0_4"), "ages.csv, line 2: SEX and AGE_GROUP_5 are not a pair"),
        (ages_with(3, "NUMBER_OF_PATIENTS", "12.5"), "ages.csv, line 4: NUMBER_OF_PATIENTS is not a whole number."),
        (ages_with(3, "NUMBER_OF_PATIENTS", ""), "ages.csv, line 4: NUMBER_OF_PATIENTS"),
        (ages_with(3, "NUMBER_OF_PATIENTS", "-1"), "ages.csv, line 4: NUMBER_OF_PATIENTS"),
        (ages_with(3, "NUMBER_OF_PATIENTS", "²"), "ages.csv, line 4: NUMBER_OF_PATIENTS"),
        (ages_with(3, "NUMBER_OF_PATIENTS", "9" * 5000), "ages.csv, line 4: NUMBER_OF_PATIENTS"),
        (ages_with(-1, "ORG_CODE", "GP"), "ages.csv, line 216: ORG_CODE is not a letter and five digits."),
        (twice, "ages.csv, line 217: the same is counted above."),
        (ages_without(-1), "ages.csv: Z99004 has 42 of 43 lines. Was the file cut short?"),
        (ages_without(-43), "practices, networks and regions do not add up to the same. Was the file cut short?"),
        (ages_without(44), "there is no practice in it"),
        (ages_without(1), "there is no practice in it"),
        (miscount, "the age groups of Z99004 do not add up."),
        (ages_with(1, "NUMBER_OF_PATIENTS", "1"), "women and men of Y99 do not add up to all patients."),
        (ages_with(0, "AGE_GROUP_5", "AGE"), "line 1: this file counts single years of age."),
        (ages_with(0, "SEX", "GENDER"), "line 1: there should be one column SEX"),
    ],
)
def test_ages_that_were_cut_short_or_cannot_be_are_refused(
    change: Callable[[Month], None], fault: str, tmp_path: Path
) -> None:
    month = Month()
    change(month)
    assert fault in fault_of(*month.written(tmp_path))


def test_an_organisation_without_a_plain_code_is_not_repeated_in_the_refusal(tmp_path: Path) -> None:
    month = Month()
    for line in month.ages_lines[1:44]:
        line[3] = "\x1b[2J"
    del month.ages_lines[43]
    assert "ages.csv: one of them has 42 of 43 lines." in fault_of(*month.written(tmp_path))


def test_every_place_where_a_file_can_be_cut_is_noticed(tmp_path: Path) -> None:
    """At any byte but between two lines of the map, which shows only beside the ages or the last month."""
    for content, name, step in ((MAP, "map", 7), (AGES, "ages", 131)):
        for end in range(1, len(content), step):
            cut = content[:end]
            if name == "map" and cut.endswith(b"\n") and cut.count(b"\n") > 1:
                continue
            files = {"map": MAP, "ages": AGES, name: cut}
            fault_of(put(tmp_path / "map.csv", files["map"]), put(tmp_path / "ages.csv", files["ages"]))
    for end in range(1, len(MAP_ZIP), 3):
        fault_of(put(tmp_path / "map.zip", MAP_ZIP[:end]))


def test_swapped_files_are_told_apart(tmp_path: Path) -> None:
    map_file, ages_file = MONTH.written(tmp_path)
    assert "ages.csv, line 1: this is a file of patient numbers, not the map." in fault_of(ages_file, map_file)
    assert "map.csv, line 1: this is the map, not the ages." in fault_of(map_file, map_file)


def test_files_of_two_months_are_refused(tmp_path: Path) -> None:
    map_file, _ = Month(on=AUGUST).written(tmp_path)
    ages_file = put(tmp_path / "july.csv", AGES)
    assert "july.csv: it is of 1 July 2026, but the map is of 1 August 2026." in fault_of(map_file, ages_file)


def test_what_is_not_there_or_is_no_file_is_refused(tmp_path: Path) -> None:
    assert fault_of(tmp_path / "map.csv") == "map.csv: there is no such file."
    assert "this is a folder" in fault_of(tmp_path)
    assert "the file cannot be read" in fault_of(put(tmp_path / "x", b"x") / "below")
    assert fault_of(tmp_path / "a\nb\x1b.csv") == "a?b?.csv: there is no such file."


def test_a_zip_that_unfolds_into_too_much_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "LARGEST", 1024**2)
    bomb = zip_of(("map.csv", b"," * (1024**2 + 1)))
    assert len(bomb) < 2048
    assert "there is more in it than 1 MB" in fault_of(put(tmp_path / "bomb.zip", bomb))
    assert "there is more in it than 1 MB" in fault_of(put(tmp_path / "large.csv", b"," * (1024**2 + 1)))


def test_a_locked_zip_is_refused(tmp_path: Path) -> None:
    locked = bytearray(MAP_ZIP)
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        locked[locked.index(mark) + place] |= 1
    assert "this ZIP file is locked" in fault_of(put(tmp_path / "map.zip", bytes(locked)))
    assert zipfile.is_zipfile(tmp_path / "map.zip")


def test_one_network_may_reach_into_two_boards(tmp_path: Path) -> None:
    two = [WITHY, AGATHA.but(board=("Q98", "NHS Next Door Integrated Care Board"))]
    assert len(Month(two).read(tmp_path).networks) == 1


def test_two_networks_may_bear_one_name(tmp_path: Path) -> None:
    two = [Surgery("Z99001"), Surgery("Z99002", network=("U99991", "RIVER VALLEY PCN"))]
    assert len(Month(two).read(tmp_path).networks) == 2
    assert MOOR[0] == "U99991"
