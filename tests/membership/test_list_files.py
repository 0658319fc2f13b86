"""Lists as people bring them: broken in every way that programs and people know, read or refused with a way on."""

from __future__ import annotations

import contextlib
import io
import zipfile
from datetime import date

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pcnppg.kernel.refusals import RuleBroken
from pcnppg.membership import formats
from pcnppg.membership.formats import separated, workbook
from pcnppg.membership.rules.columns import (
    MOST_COLUMNS,
    Columns,
    address_column,
    as_shown,
    column_letters,
    column_place,
    find_columns,
    first_person,
    seen_columns,
)
from tests.membership.lists import FILES, a_list, a_workbook, file, packed, read

JO, ZOE = (2, "new", "Jo Reed", "jo@example.org"), (3, "new", "Zoë Hart", "zoe@example.org")
EVERY_FILE = sorted(path.name for path in FILES.iterdir())


@pytest.mark.parametrize("start", ["01", "02", "03", "04", "05", "06", "30"])
def test_the_same_list_is_read_from_whatever_wrote_it(start: str) -> None:
    assert read(file(start)) == [JO, ZOE]


def test_a_list_pasted_together_from_two_kinds_of_letters_is_read_line_by_line() -> None:
    assert read(file("07")) == [
        (2, "new", "Zoë Hart", "zoe@example.org"),
        (3, "new", "Renée Moss", "renee@example.org"),
        (4, "bad_name", "L\ufffdst Letter", "lost@example.org"),
    ]


def test_semicolons_tabs_and_a_line_that_names_the_separator_are_understood() -> None:
    assert read(file("08")) == [
        (3, "new", "Jo Reed", "jo@example.org"),
        (4, "new", "Ann Bell; of Elm Road", "ann@example.org"),
    ]
    assert read(file("09")) == [JO]
    assert read(b"Name|Email\nJo Reed|jo@example.org\n") == [JO]
    assert separated.separator_of('"' + "x" * 200_000) == ","


def test_line_breaks_in_quotation_marks_make_no_rows() -> None:
    assert read(file("10")) == [JO, (3, "new", 'Ann "The Voice" Bell', "ann@example.org")]


@pytest.mark.parametrize("content", [file("11"), b'Name,Email\n"' + b"x" * 200_000 + b",jo@example.org\n"])
def test_a_quotation_mark_that_is_never_closed_is_named_by_its_row(content: bytes) -> None:
    with pytest.raises(RuleBroken, match="Row 2 opens a quotation mark"):
        read(content)


def test_empty_columns_and_rows_ragged_rows_and_headings_further_down_do_no_harm() -> None:
    assert [row[:2] for row in read(file("12"))] == [(2, "new"), (4, "new")]
    assert read(file("13")) == [(6, "new", "Jo Reed", "jo@example.org")]
    assert [row[:2] for row in read(file("17"))] == [(2, "no_address"), (3, "new"), (4, "new")]


def test_zero_bytes_spoil_their_own_row_alone() -> None:
    assert [row[:2] for row in read(file("14"))] == [(2, "bad_name"), (3, "not_an_address"), (4, "new")]


def test_a_formula_is_a_name_like_any_other() -> None:
    names = [row[2] for row in read(file("18"))]
    assert names == ['=HYPERLINK("http://evil.example","Jo")', "+cmd|' /C calc'!A0", "@SUM(1+1)", "-2+3"]


def test_each_fault_of_a_row_is_told_apart() -> None:
    assert [row[:2] for row in read(file("19"))] == [
        (2, "new"), (3, "twice"), (4, "twice"), (5, "new"), (6, "no_address"), (7, "not_an_address"),
        (8, "not_an_address"), (9, "misplaced"), (10, "new"), (11, "bad_name"), (12, "bad_name"), (13, "misplaced"),
        (14, "misplaced"), (15, "new"),
    ]  # fmt: skip


def test_a_last_name_that_the_first_column_repeats_is_said_once() -> None:
    assert read(b"Name,Surname,Email\nJo Reed,REED,jo@example.org\nAnn,Bell,ann@example.org\n") == [
        (2, "new", "Jo Reed", "jo@example.org"),
        (3, "new", "Ann Bell", "ann@example.org"),
    ]


def test_addresses_as_mail_programs_write_them_are_read() -> None:
    assert [row[1:] for row in read(file("22"))] == [
        ("new", "Reed, Jo", "jo@example.org"),
        ("new", None, "ann@example.org"),
        ("new", None, "lou@example.org"),
    ]


@pytest.mark.parametrize("start", ["15", "20", "21", "34"])
def test_headings_that_say_nothing_or_too_much_are_a_question(start: str) -> None:
    assert find_columns(formats.open_sheet(file(start)).rows()) is None


@pytest.mark.parametrize(
    ("start", "says"),
    [
        ("23", "empty"),
        ("24", "take “Excel Workbook"),
        ("25", "This is a PDF.* .xlsx or .csv"),
        ("26", "web page.* .xlsx or .csv"),
        ("27", "OpenDocument.* .xlsx or .csv"),
        ("28", "Copy the list into a spreadsheet"),
        ("31", "damaged"),
        ("32", "nothing in this file"),
        ("33", "no readable text"),
    ],
)
def test_what_is_no_list_is_refused_with_a_way_on(start: str, says: str) -> None:
    with pytest.raises(RuleBroken, match=says):
        read(file(start), Columns(1))


@pytest.mark.parametrize(
    ("parts", "says"),
    [
        ({"xl__workbook": "", "Index__Document": ""}, "damaged"),
        ({"Index__Document": ""}, "Numbers file"),
        ({"readme": ""}, "packed file"),
        ({"xl__workbook": "<workbook/>"}, "damaged"),
        ({"xl__workbook": "<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>"}, "huge"),
        ({"xl__workbook": "<workbook/>".encode("utf-16"), "xl___rels__workbook": ""}, "damaged"),
    ],
)
def test_what_is_packed_and_no_workbook_is_refused(parts: dict[str, str], says: str) -> None:
    with pytest.raises(RuleBroken, match=says):
        read(packed(**parts), Columns(1))


def test_a_binary_workbook_is_refused() -> None:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as made:
        made.writestr("xl/workbook.bin", b"x")
    with pytest.raises(RuleBroken, match=r"\.xlsb"):
        formats.inspect(written.getvalue())


def test_an_entity_in_wide_letters_is_refused_too() -> None:
    bomb = '<?xml version="1.0" encoding="utf-16"?><!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'.encode("utf-16")
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as made:
        made.writestr("xl/workbook.xml", bomb)
        made.writestr("xl/_rels/workbook.xml.rels", "<Relationships/>")
    with pytest.raises(RuleBroken, match="damaged") as refused:
        read(written.getvalue(), Columns(1))
    assert "no entities" in str(refused.value.__cause__)


def test_a_small_file_that_swells_is_not_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    """By what it says of itself, and by what really comes out of it."""
    bomb = packed(xl__workbook=b"0" * (workbook.LARGEST_UNPACKED + 1))
    assert len(bomb) < 200_000
    with pytest.raises(RuleBroken, match="what is packed in it is huge"):
        formats.inspect(bomb)
    honest = packed(xl__workbook=b"0" * 300_000)
    monkeypatch.setattr(zipfile.ZipFile, "infolist", _liars(zipfile.ZipFile.infolist))
    monkeypatch.setattr(workbook, "LARGEST_UNPACKED", 200_000)
    with pytest.raises(RuleBroken, match="what is packed in it is huge"):
        formats.inspect(honest)


def _liars(infolist):  # type: ignore[no-untyped-def]
    def lying(self):  # type: ignore[no-untyped-def]
        found = infolist(self)
        for part in found:
            # As a file that says one thing in its directory and another to whoever unpacks it.
            part.__class__ = type("Lying", (zipfile.ZipInfo,), {"__slots__": (), "file_size": _Claims(part.file_size)})
        return found

    return lying


class _Claims:
    """The first time it is asked: nothing. Then the truth."""

    def __init__(self, truth: int) -> None:
        self.truth, self.asked = truth, 0

    def __get__(self, *_: object) -> int:
        self.asked += 1
        return 0 if self.asked == 1 else self.truth


def test_too_many_parts_are_not_opened() -> None:
    with pytest.raises(RuleBroken, match="huge"):
        formats.inspect(packed(xl__workbook="", **{f"part{n}": "" for n in range(workbook.MOST_PARTS)}))


def test_a_locked_part_is_refused() -> None:
    content = bytearray(packed(xl__workbook="<x/>"))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(signature) + offset] |= 1
    with pytest.raises(RuleBroken, match="locked by a password"):
        formats.inspect(bytes(content))


def test_a_file_over_ten_megabytes_is_refused() -> None:
    with pytest.raises(RuleBroken, match="larger than 10 MB"):
        formats.inspect(b"x" * (formats.LARGEST_FILE + 1))


@pytest.mark.parametrize("cell", [b"", b"x"])
def test_a_million_columns_end_where_the_last_one_says_something(cell: bytes) -> None:
    wide = b"Name,Email" + b"," * 1_000_000 + cell + b"\nJo Reed,jo@example.org" + b"," * 1_000_000 + b"\n"
    if not cell:
        assert read(wide) == [JO]
        return
    with pytest.raises(RuleBroken, match="more than 200 columns"):
        read(wide)


def test_a_workbook_with_a_million_columns_is_refused() -> None:
    book = openpyxl.Workbook()
    book.active["A1"], book.active["XFD2"] = "Email", "far away"
    written = io.BytesIO()
    book.save(written)
    with pytest.raises(RuleBroken, match="more than 200 columns"):
        read(written.getvalue())


def test_too_many_rows_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(separated, "MOST_ROWS", 2)
    monkeypatch.setattr(workbook, "MOST_ROWS", 2)
    for content in (file("01"), file("30")):
        with pytest.raises(RuleBroken, match="rows in it"):
            read(content)


def test_the_sheet_with_the_headings_is_read_and_the_others_are_counted() -> None:
    sheet = formats.open_sheet(file("29"))
    assert (sheet.name, sheet.others) == ("Members", 2)
    assert read(file("29")) == [
        (5, "new", "Jo Reed", "jo@example.org"),
        (8, "new", "Ann", "ann@example.org"),  # a formula that nobody has worked out has no value
        (9, "new", "42", "lou@example.org"),
    ]
    plain = formats.open_sheet(a_workbook(First=[["nothing"]], Second=[["jo@example.org"]]))
    assert plain.name == "Second"


def test_a_workbook_is_read_as_another_program_reads_it() -> None:
    rows = [["Name", "Email"], ["Zoë\nHart", "zoe@example.org"], [], [3.0, 4.5, True], [date(2026, 5, 1)]]
    content = a_workbook(Only=rows)
    theirs = [
        [("" if cell is None else str(cell)) for cell in row]
        for row in openpyxl.load_workbook(io.BytesIO(content)).active.values
    ]
    ours = dict(formats.open_sheet(content).rows())
    assert ours[1] == theirs[0][:2]
    assert ours[2] == theirs[1][:2]
    assert ours[4] == ["3", "4.5", "1"]
    assert 3 not in ours


def test_strings_cells_and_rows_in_every_spelling_of_the_standard_are_read() -> None:
    main = "http://purl.oclc.org/ooxml/spreadsheetml/main"
    content = {
        "xl/workbook.xml": f'<w:workbook xmlns:w="{main}" xmlns:r="r"><w:sheets>'
        '<w:sheet name="Hidden" state="hidden" r:id="a"/><w:sheet name="Gone" r:id="z"/></w:sheets></w:workbook>',
        "xl/_rels/workbook.xml.rels": '<Relationships><Relationship Id="a" Target="/xl/worksheets/one.xml"/></Relationships>',
        "xl/sharedStrings.xml": f'<sst xmlns="{main}"><si><r><t>Na</t></r><r><t>me</t></r><rPh><t>sound</t></rPh></si>'
        "<si><t>J_x00F6_ Reed</t></si><si><t>lost_xD800_</t></si></sst>",
        "xl/worksheets/one.xml": f'<worksheet xmlns="{main}"><sheetData><row><c t="s"><v>0</v></c>'
        '<c t="inlineStr"><is><t>Email</t></is></c>'
        '</row><row r="5"><c r="B5" t="str"><f>A1</f><v>jo@example.org</v></c><c r="A5" t="s"><v>1</v></c></row>'
        '<row><c t="s"><v>2</v></c><c t="str"><v>a_x0000_b</v></c><c t="s"><v></v></c><c/></row></sheetData></worksheet>',
    }
    content["xl/workbook.xml"] = content["xl/workbook.xml"].replace(
        'name="Gone" r:id="z"', 'name="Gone" state="hidden" r:id="z"'
    )
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as made:
        for name, text in content.items():
            made.writestr(name, text)
    rows = list(formats.open_sheet(written.getvalue()).rows())
    assert rows == [(1, ["Name", "Email"]), (5, ["Jö Reed", "jo@example.org"]), (6, ["lost?", "a\x00b"])]


@given(st.binary(max_size=400))
def test_whatever_bytes_come_they_are_read_or_refused(content: bytes) -> None:
    for start in (b"", b"\xff\xfe", b"Email\n"):
        with contextlib.suppress(RuleBroken):
            find_columns(formats.open_sheet(start + content).rows())


@given(st.integers(min_value=0, max_value=2000), st.binary(min_size=1, max_size=8))
def test_a_workbook_with_other_bytes_somewhere_is_read_or_refused(place: int, noise: bytes) -> None:
    content = bytearray(file("30"))
    place %= len(content)
    content[place : place + len(noise)] = noise
    with contextlib.suppress(RuleBroken):
        list(formats.open_sheet(bytes(content)).rows())


@pytest.mark.parametrize(
    ("headings", "columns"),
    [
        ("Name;E-mail", Columns(1, (0,), 1)),
        ("EMAIL ADDRESS;Surname;First Name", Columns(0, (2, 1), 1)),
        ("Name;Surname;Email:", Columns(2, (0, 1), 1)),
        ("Last name;email", Columns(1, (0,), 1)),
        ("e_mail", Columns(0, (), 1)),
        ("Email consent;Phone", None),
        ("Email;E-mail", None),
    ],
)
def test_headings_are_known_however_they_are_written(headings: str, columns: Columns | None) -> None:
    assert find_columns([(1, headings.split(";"))]) == columns


def test_columns_are_named_as_spreadsheets_name_them() -> None:
    assert [column_letters(place) for place in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]
    assert all(column_place(column_letters(place)) == place for place in range(MOST_COLUMNS))
    assert [column_place(text) for text in ("", "1", "É", "XFD", "AAAA")] == [None] * 5


def test_what_is_shown_of_columns_is_short_and_can_be_seen() -> None:
    head = [(1, ["", "Who"]), (2, ["", "Jo\x00 Reed", "jo@example.org"]), (3, ["", "x" * 99, "", ""])]
    assert [seen.words for seen in seen_columns(head)] == [
        f"Column B: Who, Jo\ufffd Reed, {'x' * 40}",
        "Column C: jo@example.org",
    ]
    assert (first_person(head), first_person([]), seen_columns([])) == (2, 1, [])
    assert (address_column(head), address_column([])) == (2, None)
    assert as_shown("") is None


def test_every_broken_file_is_tried() -> None:
    assert len(EVERY_FILE) >= 15
    assert read(a_list(("Jo Reed", "jo@example.org"))) == [JO]
