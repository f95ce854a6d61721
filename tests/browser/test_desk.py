"""The adviser's desk in a real browser: filter, open a finding, see the row itself, and save none of it."""

import json
import shutil

import pytest
from privacy_audit.reports.desk import choice
from privacy_audit.reports.desk.reveal import can_reveal
from privacy_audit.request import ROOT
from support.people import personal_values

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]

DONE = "() => [...document.querySelectorAll('.jp-InputPrompt')].every(each => !each.textContent.includes('*'))"
IDLE = '.jp-Notebook-ExecutionIndicator[data-status="idle"]'


@pytest.fixture
def notebook(lab, request):
    """A copy of the desk for this test alone, so that no other test's kernel or saved widgets stand in it."""
    copy = lab.folder / f"{request.node.name}.ipynb"
    shutil.copy(ROOT / "notebooks" / "explore.ipynb", copy)
    return copy


def run_all(page, lab, notebook) -> None:
    """Open the desk and run every cell, as the menu does it."""
    page.goto(lab.address_of(notebook.name))
    page.wait_for_selector(IDLE)
    page.wait_for_function("() => document.body.innerText.includes('| Idle')")
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    page.locator(".desk .counts").wait_for()
    page.wait_for_function(DONE)


def see(page, words: str) -> None:
    """Wait until the desk's line of counts says these words."""
    page.locator(".desk .counts", has_text=words).wait_for()


def save(page, notebook) -> str:
    """Save the notebook by the menu; return what stands on the disk then."""
    page.get_by_role("menuitem", name="File", exact=True).click()
    with page.expect_response(lambda got: got.request.method == "PUT" and "/api/contents/" in got.url) as saved:
        page.locator(".lm-Menu-item", has_text="Save Notebook").first.click()
    assert saved.value.ok
    return notebook.read_text(encoding="utf-8")


def test_a_click_changes_the_counts_and_a_finding_opens_to_its_row_which_is_never_saved(page, lab, notebook, example):
    """Filter, open, reveal, save, hide, save again: the numbers follow, and no file holds anybody's data."""
    every = example.findings
    run_all(page, lab, notebook)
    see(page, choice.counts(example, every))

    severity = every[0].severity
    chosen = choice.Choice(severity=severity).of(example)
    assert 0 < len(chosen) < len(every)
    page.get_by_role("button", name=f"{severity} ({len(chosen)})").click()
    see(page, choice.counts(example, chosen))

    page.locator("table.dataTable").nth(1).locator("tbody tr").first.click()
    page.locator(".desk dl", has_text=chosen[0].id).wait_for()
    told = page.locator(".desk dl").inner_text()
    quotes = [example.inputs.policy.by_id[each].quote for each in chosen[0].commitments]
    assert any(quote in told for quote in quotes)
    for words in (chosen[0].law, chosen[0].reason, chosen[0].remedy, chosen[0].sources[0].file):
        assert words in told

    page.get_by_role("button", name="all", exact=True).click()
    see(page, choice.counts(example, every))
    person = next(each for each in every if each.register in {"contacts", "clients"} and can_reveal(example, each))
    page.get_by_label("Open a finding").select_option(choice.label(person))
    page.locator(".desk dl", has_text=person.id).wait_for()
    box = page.get_by_role("checkbox", name="Show the row's own values")
    assert not box.is_checked()
    box.check()
    page.locator(".desk-revealed dd").first.wait_for()
    values = personal_values(example)
    shown = set(page.locator(".desk-revealed dd").all_inner_texts())
    assert shown & values, "nothing personal was revealed, so nothing is proved"

    saved = save(page, notebook)
    assert "state" in json.dumps(json.loads(saved)["metadata"]["widgets"]), "the harder case: widgets are saved"
    assert [value for value in values if value in saved] == []

    box.uncheck()
    page.locator(".desk-revealed:empty").wait_for(state="attached")
    saved = save(page, notebook)
    assert [value for value in values if value in saved] == []
    text = page.locator("body").inner_text()
    assert [value for value in values if value in text] == []
    outside = [url for url in page.elsewhere if not url.startswith((lab.address, "data:", "blob:"))]
    assert not outside, "the desk loads nothing from elsewhere"


def test_the_desk_can_be_used_without_a_mouse(page, lab, notebook, example):
    """The keyboard reaches the filters and opens a finding; opening another hides what was revealed."""
    run_all(page, lab, notebook)
    see(page, choice.counts(example, example.findings))
    menu = page.get_by_label("Open a finding")
    menu.focus()
    at = next(number for number, each in enumerate(example.findings) if can_reveal(example, each))
    first, second = example.findings[at : at + 2]
    for _ in range(at + 1):
        page.keyboard.press("ArrowDown")
    page.locator(".desk dl", has_text=first.id).wait_for()
    box = page.get_by_role("checkbox", name="Show the row's own values")
    box.focus()
    page.keyboard.press("Space")
    page.locator(".desk-revealed dl").first.wait_for()
    menu.focus()
    page.keyboard.press("ArrowDown")
    page.locator(".desk dl", has_text=second.id).wait_for()
    page.locator(".desk-revealed:empty").wait_for(state="attached")
    assert not box.is_checked()


def test_jupyterlab_opens_without_asking_about_news(page, lab):
    """Neither the start page nor the desk is covered by the question whether news may be fetched, and none is."""
    page.goto(f"{lab.address}/lab?token={lab.token}&reset")
    page.locator(".jp-Launcher").first.wait_for()
    page.wait_for_timeout(3000)  # the question comes a moment after the launcher
    assert page.get_by_text("Jupyter news").count() == 0
    assert [url for url in page.elsewhere if not url.startswith((lab.address, "data:", "blob:"))] == []
