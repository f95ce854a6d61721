"""Pictures: their numbers are the results', their words are made from them, and no name breaks them."""

import io
import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from datetime import date

import matplotlib as mpl
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image
from privacy_audit.audit.engine import BROKEN, KEPT, NOT_SHOWN
from privacy_audit.reports import annexes, outline, transfers
from privacy_audit.reports.pictures import charts, figure, timeline
from privacy_audit.reports.pictures.figure import Picture, cut, measure, plain, wrap

LONG = (
    "Wobbleton & Sons $\\frac{1}{0}$ <script>alert(1)</script> of Little Snoring, purveyors since 1742 to the gentry "
    * 3
)


def all_pictures(result):
    """Return every picture that a run may show."""
    found = [
        picture for section in result.standing.sections for picture, _ in outline.section_pictures(result, section)
    ]
    return [*found, charts.by_section(result), annexes.matrix(result), charts.ages(result), charts.trend(result)]


def words(figure):
    """Return every line of words on a figure."""
    return [each.get_text() for each in figure.texts]


def test_every_picture_says_its_numbers_in_words(example):
    """The alternative text holds each number that is drawn, and the picture is no larger than a page is wide."""
    for picture in all_pictures(example):
        assert picture.alt.endswith(".")
        for label, _, number in picture.numbers:
            assert label in picture.alt, picture.alt[:60]
            assert number == 1 or str(number) in picture.alt, picture.alt[:60]
        assert picture.width < 482, picture.alt[:60]
        assert ET.fromstring(picture.svg).get("aria-label") == plain(picture.alt)  # noqa: S314 - our own SVG


def test_nothing_reaches_beyond_a_picture_or_into_other_words(example):
    """Every line of words lies inside its picture, as matplotlib draws it, and covers no other."""
    for picture in all_pictures(example):
        figure = picture.figure
        renderer = FigureCanvasAgg(figure).get_renderer()
        width, height = figure.bbox.width, figure.bbox.height
        places = [(each.get_window_extent(renderer), each) for each in figure.texts if each.get_text()]
        for place, each in places:
            assert -1 < place.x0 < place.x1 < width + 1, each.get_text()
            assert -1 < place.y0 < place.y1 < height + 1, each.get_text()
        for number, (one, here) in enumerate(places):
            for other, there in places[number + 1 :]:
                apart = one.x1 <= other.x0 + 1 or other.x1 <= one.x0 + 1
                apart |= abs((one.y0 + one.y1) - (other.y0 + other.y1)) >= 2 * 6 * figure.dpi / 72
                upright = here.get_rotation() and there.get_rotation()
                assert apart or upright, (here.get_text(), there.get_text())


def test_a_picture_is_an_ordinary_figure_that_can_be_restyled(example):
    """Each time a new one, so that what an adviser changes in a notebook is in no report."""
    picture = charts.by_section(example)
    figure, before = picture.figure, picture.svg
    assert isinstance(figure, Figure)
    for artist in figure.artists:
        artist.set_color("green")
    figure.suptitle("Mine")
    assert picture.svg == before
    assert picture.figure is not figure


def test_a_persons_own_settings_change_no_picture(example):
    """Somebody may draw in other fonts and colours: a report is the same bytes."""
    picture = charts.by_section(example)
    before = picture.svg, picture.png
    figure.as_svg.cache_clear()
    figure.as_png.cache_clear()
    with mpl.rc_context({"font.size": 20, "lines.linestyle": "--", "savefig.facecolor": "red", "axes.linewidth": 9}):
        assert (picture.svg, picture.png) == before


def test_the_png_holds_no_clock_and_no_program(example):
    """The file has a picture and its resolution, nothing else, and is drawn once."""
    picture = charts.by_section(example)
    image = Image.open(io.BytesIO(picture.png))
    assert set(image.info) <= {"dpi"}
    assert picture.png is charts.by_section(example).png


@pytest.mark.slow
def test_pictures_are_the_same_bytes_each_time_and_share_no_id(example):
    """A page holds many: no two elements of it have one id, and drawing again changes nothing."""
    pictures = list(dict.fromkeys(all_pictures(example)))
    first = [(each.svg, each.png) for each in pictures]
    figure.as_svg.cache_clear()
    figure.as_png.cache_clear()
    assert [(each.svg, each.png) for each in pictures] == first
    ids = [found for each in pictures for found in re.findall(r' id="([^"]+)"', each.svg)]
    assert len(ids) == len(set(ids))
    assert not [each for each in pictures if re.search(r"<style|<!--|202\d-\d\d-\d\dT", each.svg)]


@pytest.mark.parametrize(
    "name", [LONG, "$x^2$", "price $5 and $6", "\\mathbf{", "日本 \U0001f600 \x07\n\ue000\uf6c5", ""]
)
def test_no_name_breaks_a_picture(name):
    """Dollar signs, markup, endless names and letters that no font has are drawn as they are, cut or marked."""
    many = 10**18
    given = charts.bars_of(name, [name, "b"], [(BROKEN, [3, many]), (NOT_SHOWN, [1, many]), (KEPT, [0, many])])
    picture = Picture(charts.bars, given, name, ())
    renderer = FigureCanvasAgg(made := picture.figure).get_renderer()
    with figure.house_style():
        assert all(each.get_window_extent(renderer).x1 <= made.bbox.width + 1 for each in made.texts)
    assert picture.png.startswith(b"\x89PNG")
    tree = ET.fromstring(picture.svg)  # noqa: S314 - our own SVG
    assert not [each for each in tree.iter() if each.tag.endswith("script")]
    assert ("$" in name) <= any("$" in each for each in words(made))


def test_words_fit_the_room_they_are_given():
    """What is cut says so; what is wrapped keeps its order, and loses only what the last line cannot hold."""
    assert cut("short", 100) == "short"
    assert measure(cut(LONG, 100)) <= 100
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
                assert abs(_grey(one.colour) - _grey(other.colour)) > 0.05 or one.hatch != other.hatch
            assert _contrast(one.colour, one.ink) >= 4.5
    for _, _, look in transfers.KINDS.values():
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
    codes = [code for code in transfers.MAP.split() if code != ".."]
    assert len(codes) == len(set(codes)) == len(transfers.PLACES)
    assert set(codes) <= example.inputs.law.tables["countries"]["names"].keys()
    assert {len(line.split()) for line in transfers.MAP.split("\n")[1:-1]} == {transfers.ACROSS}
    assert transfers.HOME in codes


def test_the_map_counts_every_transfer(example):
    """Tiles and lines tell all transfers, also to countries that have no tile or are not recorded."""
    picture = transfers.by_country_and_safeguard(example)
    assert sum(number for *_, number in picture.numbers) == len(example.inputs.registers["transfers"].table)
    drawn = transfers.tiles((("", "country not recorded", "none", 2), ("GS", "South Georgia", "approved", 3)), "t")
    told = words(drawn)
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
    text = " ".join(words(picture.figure))
    assert sum(int(number) for number in re.findall(r"[✗✓‖?] (\d+) ", text)) == records


def test_ten_thousand_records_and_very_old_ones_still_fit():
    """Columns become solid, and what lies further back than six years is gathered and said."""
    many = tuple(sorted((date(2000 + n % 30, 1 + n % 12, 1), KEPT if n % 30 > 26 else BROKEN) for n in range(9999)))
    drawn = timeline.along(many, date(2026, 9, 30), "many")
    assert drawn.get_figheight() * 72 < 300
    assert len(drawn.artists) < 300
    assert any("and earlier, from 2000" in each for each in words(drawn))


def test_the_trend_ends_with_this_quarter(example):
    """The last bar has this quarter's facts and gaps; quarters before stand in their order, with their own."""
    facts = sum(each.outcome == "broken" for each in example.findings)
    here = [("2026-Q3", "facts against a promise", facts), ("2026-Q3", "gaps", len(example.findings) - facts)]
    assert [each for each in charts.trend(example).numbers if each[0] == "2026-Q3"] == here
    earlier = example.as_past()
    later = replace(example, comparison=replace(example.comparison, last_quarter=replace(earlier, quarter="2026-Q2")))
    assert [number for *_, number in charts.trend(later).numbers[-4:]] == [here[0][2], here[1][2]] * 2
    assert charts.trend(later).numbers[-4][0] == "2026-Q2"
    assert sum(number for *_, number in charts.ages(example).numbers) == len(example.findings)
