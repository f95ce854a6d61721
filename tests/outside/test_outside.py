"""What others' tools say of the outputs: Chromium, axe-core, the W3C's validator, poppler, compliance-trestle."""

import json
import re
import subprocess
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from privacy_audit.notebook import outputs
from privacy_audit.reports import outline
from privacy_audit.reports.screen import first_screen
from privacy_audit.request import ROOT
from support import browsers

pytestmark = pytest.mark.outside

FETCHED = ROOT / "build" / "outside"
AXE = FETCHED / "node_modules" / "axe-core" / "axe.min.js"
VNU = FETCHED / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"
TRESTLE = FETCHED / "trestle" / "bin" / "trestle"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
MODELS = {
    "catalog": "catalog",
    "assessment-plan": "assessment-plan",
    "assessment-results": "assessment-results",
    "poam": "plan-of-action-and-milestones",
}
OPEN = "document.querySelectorAll('details').forEach(each => { each.open = true })"


@pytest.fixture(scope="module")
def run(example, tmp_path_factory) -> Path:
    """The example's outputs as files."""
    folder = tmp_path_factory.mktemp("run")
    for name, content in outputs(example).items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


@pytest.fixture(scope="module")
def browser() -> Browser:
    """A real browser."""
    with browsers.browser("of the page in a real browser") as started:
        yield started


def requests(browser: Browser, address: str) -> list[str]:
    """Return every address that a page asks for, opened and folded out."""
    page, asked = browser.new_page(), []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(address)
    page.evaluate(OPEN)
    page.wait_for_timeout(300)
    page.close()
    return asked


def test_the_page_asks_for_nothing_from_elsewhere(browser, run, tmp_path):
    """Chromium loads one file and no other; of a page with a picture from elsewhere it would have told."""
    page = (run / "audit.html").as_uri()
    assert requests(browser, page) == [page]
    other = tmp_path / "other.html"
    other.write_text('<img alt="" src="http://example.com/x.png">', encoding="utf-8")
    assert "http://example.com/x.png" in requests(browser, other.as_uri())


@pytest.mark.parametrize(("width", "before"), [(1280, "1"), (1280, OPEN), (390, OPEN)])
def test_axe_finds_nothing_on_a_desk_or_a_phone(browser, run, width, before):
    """No breach of WCAG 2.2 AA or of good practice, folded or open."""
    found = seen_by_axe(browser, run / "audit.html", width, before)
    assert len(found["passes"]) > 20
    assert [each["id"] for each in found["violations"]] == []


def test_axe_would_find_what_is_wrong(browser, tmp_path):
    """Of a page without a language and a picture without words it tells both."""
    page = tmp_path / "wrong.html"
    page.write_text("<!DOCTYPE html><title>t</title><h1>t</h1><img src='data:,'>", encoding="utf-8")
    assert {"html-has-lang", "image-alt"} <= {each["id"] for each in seen_by_axe(browser, page)["violations"]}


def seen_by_axe(browser: Browser, path: Path, width: int = 1280, before: str = "1") -> dict:
    """Return what axe-core says of a page, after something was done to it."""
    context = browser.new_context(bypass_csp=True, viewport={"width": width, "height": 844})
    page = context.new_page()
    page.goto(path.as_uri())
    page.evaluate(before)
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate(f"axe.run({{runOnly: {json.dumps(RULES)}}})")
    context.close()
    return found


def test_the_page_fits_a_phone_and_has_no_script(browser, run):
    """Nothing but tables scrolls sideways, pictures are as wide as the screen, and there is no script."""
    page = browser.new_page(viewport={"width": 390, "height": 844})
    page.goto((run / "audit.html").as_uri())
    page.evaluate(OPEN)
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    smallest = "Math.min(...[...document.querySelectorAll('svg')].map(each => each.getBoundingClientRect().width))"
    assert page.evaluate(smallest) >= 340
    assert page.evaluate("document.scripts.length") == 0
    page.close()


def test_printing_opens_what_is_folded(browser, run, example, tmp_path):
    """The last statement of the policy is on paper though nobody opened its part."""
    page = browser.new_page()
    page.goto((run / "audit.html").as_uri())
    last = example.inputs.policy.commitments[-1].quote
    assert last not in page.inner_text("body")
    page.pdf(path=str(tmp_path / "print.pdf"))
    page.close()
    assert last[:40] in words_of(tmp_path / "print.pdf")


def words_of(path: Path, *, last_page: int = 0) -> str:
    """Return a PDF's text in one line; a word parted at a line's end is one word."""
    pages = ["-l", str(last_page)] if last_page else []
    done = subprocess.run(["pdftotext", *pages, str(path), "-"], capture_output=True, text=True, check=True)
    return " ".join(re.sub("\u00ad\\s*", "", done.stdout).split())


def test_the_page_is_valid_html(run, tmp_path):
    """The W3C's validator has no error and no warning; an unclosed picture it would not let pass."""
    assert validated(run / "audit.html") == []
    other = tmp_path / "other.html"
    other.write_text("<!DOCTYPE html><title>t</title><img src=x.png>", encoding="utf-8")
    assert any("alt" in each for each in validated(other))


def validated(path: Path) -> list[str]:
    """Return what the validator says of a page."""
    done = subprocess.run(
        ["java", "-jar", str(VNU), "--format", "json", str(path)], capture_output=True, text=True, check=False
    )
    return [each["message"] for each in json.loads(done.stderr)["messages"] if each["type"] == "error"]


def test_the_first_page_of_the_pdf_is_the_first_screen(run, example):
    """Poppler reads on page one what the terminal prints, and on the last pages what the audit does not show."""
    screen, text = first_screen(example), words_of(run / "audit.pdf", last_page=1)
    for said in (screen.title, screen.headline, screen.example, screen.results, screen.since, screen.files):
        assert said in text
    for task in screen.first:
        assert task.title in text
    whole = words_of(run / "audit.pdf")
    for part in outline.parts(example, 1):
        assert part.title in whole


def test_the_pdf_is_tagged(run):
    """Poppler finds the structure that reading programs follow: headings, tables with heads, figures with words."""
    done = subprocess.run(
        ["pdfinfo", "-struct", str(run / "audit.pdf")], capture_output=True, text=True, check=True, errors="replace"
    )
    for tag in ("H1", "H2", "Table", "TH", "TD", "Figure"):
        assert f"{tag}" in done.stdout, tag


@pytest.mark.parametrize("name", MODELS)
def test_trestle_accepts_each_document(run, tmp_path, name):
    """Compliance-trestle reads it and finds it valid; two things of one uuid it refuses."""
    assert "VALID: " in read_by_trestle(tmp_path / "good", name, (run / "oscal" / f"{name}.json").read_bytes())
    content = json.loads((run / "oscal" / f"{name}.json").read_bytes())
    (body,) = content.values()
    body["back-matter"]["resources"].append(body["back-matter"]["resources"][0])
    assert "VALID: " not in read_by_trestle(tmp_path / "bad", name, json.dumps(content).encode())


def read_by_trestle(home: Path, name: str, content: bytes) -> str:
    """Return what trestle says of a document in a workspace of its own."""
    home.mkdir()
    source = home.parent / f"{home.name}.json"
    source.write_bytes(content)
    said = ""
    for order in (["init"], ["import", "-f", str(source), "-o", "x"], ["validate", "-t", MODELS[name], "-n", "x"]):
        done = subprocess.run([str(TRESTLE), *order], cwd=home, capture_output=True, text=True, check=False)
        said += done.stdout + done.stderr
    return said.replace("INVALID", "not valid")
