"""The PDF: one for keeping and for reading aloud, of the same words as the page, whatever the registers hold."""

import json
import re
import zlib
from dataclasses import replace

import pytest
import typst
from privacy_audit.reports import outline, pdf
from privacy_audit.reports.pictures.figure import plain
from privacy_audit.reports.screen import first_screen

HOSTILE = (
    '#panic("x")',
    "*not bold* _nor this_ `code` $x^2$ = Heading",
    "<label> @reference // comment /* and */ \\",
    '#read("/etc/passwd") #import "@preview/x:1.0.0": y',
    "\u202eturned\u2066 \x00\x07 \U0001f600 日本 \ue000\uef00\uf6c5",
    "W" * 5000,
    "a_b_" * 300,
)


def metadata(made: bytes) -> str:
    """Return a PDF's description of itself."""
    return made[made.index(b"<?xpacket begin") : made.index(b"<?xpacket end")].decode()


@pytest.fixture(scope="session")
def made(example) -> bytes:
    """The example's PDF."""
    return pdf.pdf(example)


def test_it_says_that_it_is_for_keeping_and_for_reading_aloud(made):
    """PDF/A-2a and PDF/UA-1, in British English, tagged; typst refuses to write one that is not."""
    said = metadata(made)
    assert "<pdfaid:part>2</pdfaid:part>" in said
    assert "<pdfaid:conformance>A</pdfaid:conformance>" in said
    assert "<pdfuaid:part>1</pdfuaid:part>" in said
    assert b"/Marked true" in made
    assert b"en-GB" in made
    template = b'#set document(title: "t")\n= One\n=== Three'
    with pytest.raises(typst.TypstError):
        typst.compile(template, format="pdf", pdf_standards=["a-2a", "ua-1"])


def test_it_is_dated_on_the_day_of_issue_and_names_the_program_only(example, made):
    """No clock of the machine, no path, no user's name."""
    day = example.inputs.issued_on.strftime("%Y-%m-%d")
    assert set(re.findall(r"\d{4}-\d\d-\d\d", metadata(made))) == {day}
    assert pdf.pdf(example) == made


def test_every_picture_has_its_words(example, made):
    """Each figure's alternative text stands in the PDF, made from the numbers."""
    pictures = [
        each for part in outline.parts(example, pdf.MOST) for each in part.blocks if isinstance(each, outline.Picture)
    ]
    assert len(pictures) > 10
    inside = _unpacked(made)
    for each in pictures:
        assert each.alt[:20].encode("utf-16-be") in inside or each.alt[:20].encode() in inside, each.alt[:40]


def _unpacked(made: bytes) -> bytes:
    """Return a PDF with its compressed parts laid open."""
    parts = [made]
    for found in re.finditer(rb"stream\r?\n(.*?)\r?\nendstream", made, re.DOTALL):
        try:
            parts.append(zlib.decompress(found[1]))
        except zlib.error:
            continue
    return b"".join(parts)


@pytest.mark.slow
@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_words_of_a_register_are_shown_and_never_obeyed(example, text):
    """Typst's own markup, calls, comments, endless words and letters that no font has end up as text on the page."""
    task = example.tasks[0]
    finding = next(each for each in example.findings if each.id in task.findings)
    odd = replace(
        example,
        tasks=[replace(task, title=text, why=text, touches=text)],
        findings=[replace(finding, reason=text, record=text, remedy=text, task=task.id)],
    )
    assert pdf.pdf(odd).startswith(b"%PDF")
    assert json.dumps(plain(text))[1:20] in json.dumps(pdf.report(odd))


def test_the_first_page_is_the_first_screen(example):
    """Its sentences are those of the terminal, and what follows begins on a page of its own."""
    report, screen = pdf.report(example), first_screen(example)
    assert report["headline"] == screen.headline
    assert [each["title"] for each in report["first"]["tasks"]] == [plain(each.title) for each in screen.first]
    assert report["told"] == [screen.since, screen.files, screen.unchecked]
    assert report["results"] == screen.results
    assert report["blocks"][0] == {"kind": "page"}


def test_many_findings_are_cut_and_the_page_says_so(example):
    """Past the limit the annex names the file that has all of them."""
    parts = {part.id: part for part in outline.parts(example, 5)}
    said, table = parts["findings"].blocks
    assert len(table.rows) == 5
    assert said.startswith(f"The first 5 of {len(example.findings)}, ")
    assert "audit.xlsx" in said


def test_no_word_is_wider_than_its_column(example):
    """Columns have room for their longest word, and fill the page and no more."""
    for block in pdf.report(example)["blocks"]:
        if block["kind"] == "table":
            assert sum(block["widths"]) == pytest.approx(pdf.ACROSS, abs=1)
            assert min(block["widths"]) > pdf.INSET
