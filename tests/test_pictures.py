"""Pictures: their numbers are the results', their words are made from them, and no name breaks them."""

import io
import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from datetime import date

import pytest
from PIL import Image
from privacy_audit.audit.engine import BROKEN, KEPT, NOT_SHOWN
from privacy_audit.reports import annexes as annex
from privacy_audit.reports import outline as topics
from privacy_audit.reports import transfers as flows
from privacy_audit.reports import transfers as tiles
from privacy_audit.reports.pictures import charts, ink, timeline
from privacy_audit.reports.pictures import charts as course
from privacy_audit.reports.pictures.drawing import Words, cut, measure, plain, wrap

LONG = (
    "Wobbleton & Sons $\\frac{1}{0}$ <script>alert(1)</script> of Little Snoring, purveyors since 1742 to the gentry "
    * 3
)


def all_pictures(result):
    """Return every picture that a run may show."""
    found = [picture for section in result.standing.sections for picture, _ in topics.pictures(result, section)]
    return [*found, charts.by_section(result), annex.matrix(result), course.ages(result), course.trend(result)]


def test_every_picture_says_its_numbers_in_words(example):
    """The alternative text holds each number that is drawn, and the drawing is no larger than a page is wide."""
    for picture in all_pictures(example):
        assert picture.alt.endswith(".")
        for label, _, number in picture.numbers:
            assert label in picture.alt, picture.alt[:60]
            assert number == 1 or str(number) in picture.alt, picture.alt[:60]
        assert picture.drawing.width < 482, picture.alt[:60]


def test_nothing_reaches_beyond_a_picture_or_into_other_words(example):
    """Every line of words lies inside its picture, measured by the letters that are drawn, and covers no other."""
    for picture in all_pictures(example):
        level = [each for each in picture.drawing.parts if isinstance(each, Words) and not each.upright]
        spans = [(_span(each), each) for each in level]
        for (left, right), each in spans:
            assert left > -0.6, each.text
            assert right < picture.drawing.width + 0.6, each.text
            assert 0 < each.y < picture.drawing.height, each.text
        for number, ((left, right), one) in enumerate(spans):
            for (start, end), other in spans[number + 1 :]:
                apart = right <= start + 0.6 or end <= left + 0.6 or abs(one.y - other.y) >= 6
                assert apart, (one.text, other.text)


def _span(words):
    wide = measure(words.text, words.size, bold=words.bold)
    start = {"start": words.x, "middle": words.x - wide / 2, "end": words.x - wide}[words.anchor]
    return start, start + wide


def test_the_png_holds_no_clock_and_no_program(example):
    """The file has a picture and its resolution, nothing else, and is drawn once."""
    picture = charts.by_section(example)
    image = Image.open(io.BytesIO(picture.png))
    assert set(image.info) <= {"dpi"}
    assert picture.png is charts.by_section(example).png


@pytest.mark.parametrize(
    "name", [LONG, "$x^2$", "price $5 and $6", "\\mathbf{", "日本 \U0001f600 \x07\n\ue000\uf6c5", ""]
)
def test_no_name_breaks_a_picture(name):
    """Dollar signs, markup, endless names and letters that no font has are drawn as they are, cut or marked."""
    many = 10**18
    drawn = charts.bars([name, "b"], [(BROKEN, [3, many]), (NOT_SHOWN, [1, many]), (KEPT, [0, many])], name)
    shown = [each.text for each in drawn.parts if isinstance(each, Words)]
    assert all(_span(each)[1] <= charts.WIDTH for each in drawn.parts if isinstance(each, Words))
    assert ink.png(drawn).startswith(b"\x89PNG")
    tree = ET.fromstring(ink.svg(drawn, name.replace("\x07", "").replace("\n", " ")))  # noqa: S314 - our own SVG
    assert not [each for each in tree.iter() if each.tag.endswith("script")]
    assert ("$" in name) <= any("$" in each for each in shown)


def test_words_fit_the_room_they_are_given():
    """What is cut says so; what is wrapped keeps its order, and loses only what the last line cannot hold."""
    assert cut("short", 100) == "short"
    assert measure(cut(LONG, 100), 9) <= 100
    assert cut(LONG, 100).endswith("…")
    lines = wrap(LONG, 200, most=2)
    assert len(lines) == 2
    assert all(measure(each) <= 200 for each in lines)
    assert plain("a\n b\x00") == "a b\ufffd"
    assert plain("\U0001f4cd\ufe0f Based in 日") == "Based in \ufffd"


def test_parts_differ_in_grey_or_by_pattern():
    """Kept, broken and not shown can be told apart without colour, and words on them can be read."""
    for group in ((KEPT, BROKEN, NOT_SHOWN, "unread"), ("critical", "major", "minor", "note")):
        looks = [charts.LOOKS[each] for each in group]
        for number, one in enumerate(looks):
            for other in looks[number + 1 :]:
                assert abs(_grey(one.colour) - _grey(other.colour)) > 0.05 or one.pattern != other.pattern
            assert _contrast(one.colour, one.ink) >= 4.5
    for _, _, look in tiles.KINDS.values():
        assert _contrast(look.colour, look.ink) >= 4.5


def _grey(colour):
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one, other):
    high, low = sorted((_grey(one), _grey(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_the_map_has_each_country_once_and_knows_them_all(example):
    """Every tile is a country of the rulebook and stands alone; the home country is among them."""
    codes = [code for code in tiles.MAP.split() if code != ".."]
    assert len(codes) == len(set(codes)) == len(tiles.PLACES)
    assert set(codes) <= example.inputs.law.tables["countries"]["names"].keys()
    assert {len(line.split()) for line in tiles.MAP.split("\n")[1:-1]} == {tiles.ACROSS}
    assert tiles.HOME in codes


def test_the_map_counts_every_transfer(example):
    """Tiles and lines tell all transfers, also to countries that have no tile or are not recorded."""
    picture = flows.by_country_and_safeguard(example)
    assert sum(number for *_, number in picture.numbers) == len(example.inputs.registers["transfers"].table)
    drawn = tiles.tiles((("", "country not recorded", "none", 2), ("GS", "South Georgia", "approved", 3)), "t")
    told = [plain(each.text) for each in drawn.parts if isinstance(each, Words)]
    assert "GS" in told
    assert "country not recorded 2" in " ".join(told)
    assert "South Georgia 3" in " ".join(told)


def test_the_timeline_has_a_square_for_each_record(example):
    """As many squares as there are records, and the words tell each kind's number."""
    picture = timeline.retention_line(example)
    records = sum(number for *_, number in picture.numbers)
    rows = example.inputs.registers["clients"].table.to_pylist()
    here = [r for r in rows if r["relationship"] == "former_client" and r["policy_end"]]
    assert records == sum(r["disposal_status"] in {"none", "partially_deleted"} for r in here)
    text = " ".join(each.text for each in picture.drawing.parts if isinstance(each, Words))
    assert sum(int(number) for number in re.findall(r"[✗✓‖?] (\d+) ", text)) == records


def test_ten_thousand_records_and_very_old_ones_still_fit():
    """Columns become solid, and what lies further back than six years is gathered and said."""
    many = tuple(sorted((date(2000 + n % 30, 1 + n % 12, 1), KEPT if n % 30 > 26 else BROKEN) for n in range(9999)))
    drawn = timeline.along(many, date(2026, 9, 30), "many")
    assert drawn.height < 300
    assert len(drawn.parts) < 300
    assert any("and earlier, from 2000" in each.text for each in drawn.parts if isinstance(each, Words))


def test_the_trend_ends_with_this_quarter(example):
    """The last bar has this quarter's facts and gaps; quarters before stand in their order, with their own."""
    facts = sum(each.outcome == "broken" for each in example.findings)
    here = [("2026-Q3", "facts against a promise", facts), ("2026-Q3", "gaps", len(example.findings) - facts)]
    assert [each for each in course.trend(example).numbers if each[0] == "2026-Q3"] == here
    earlier = example.as_past()
    later = replace(example, compared=replace(example.compared, past=replace(earlier, quarter="2026-Q2")))
    assert [number for *_, number in course.trend(later).numbers[-4:]] == [here[0][2], here[1][2]] * 2
    assert course.trend(later).numbers[-4][0] == "2026-Q2"
    assert sum(number for *_, number in course.ages(example).numbers) == len(example.findings)
