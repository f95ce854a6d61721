"""README and docs: what they show is what comes out, what they name is there, and tables are those of the code."""

import importlib
import re
import runpy
import shlex

import pytest
import typer
from privacy_audit import cli
from privacy_audit.request import ROOT
from support.commands import commanded

PAGES = {
    str(path.relative_to(ROOT)): path.read_text(encoding="utf-8")
    for path in sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"), *(ROOT / "tests").glob("*/README.md")])
    if path.name != "CHANGELOG.md"  # it says what was
}
FENCE = re.compile(r"^ *```(\w*)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
CONSOLE = [(name, block) for name, text in PAGES.items() for kind, block in FENCE.findall(text) if kind == "console"]
WITHOUT_BLOCKS = {name: FENCE.sub("", text) for name, text in PAGES.items()}
COMMANDS = typer.main.get_command(cli.app).commands
LOOKING = {"read", "controls", "verify", "explain"}  # commands that write nothing
MADE_BY = "docs/{} is out of date. Run: make docs"
# What is in a firm's folder or in a published run, and not in the project.
ELSEWHERE = ("reports", "registers", "policy", "rulebook", "mappings", "history", "inputs", "oscal", "2026-Q3", "build")
TABLES = runpy.run_path(str(ROOT / "docs" / "make_tables.py"))


def as_pattern(expected: str) -> re.Pattern[str]:
    """Return what an output must match: “…” alone stands for any lines, at the end of a line for the rest of it."""
    lines = []
    for line in expected.splitlines():
        if line.strip() == "…":
            lines.append(r"(?:.*\n)*?")
        else:
            lines.append(re.escape(line.removesuffix("…")) + (".*" if line.endswith("…") else "") + r"\n")
    return re.compile("".join(lines))


@pytest.mark.slow
@pytest.mark.parametrize(("page", "block"), CONSOLE, ids=[f"{name} {block[2:40]}" for name, block in CONSOLE])
def test_a_command_in_the_pages_gives_what_is_shown(page, block, published, monkeypatch):
    """Commands that publish are looked up in one published run; the others run, and write nothing."""
    monkeypatch.chdir(ROOT)
    monkeypatch.setattr(cli, "ROOT", published.reports.parent)
    for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
        command, _, expected = part.partition("\n")
        if command == "make audit":
            code, said = published.code, published.said
        else:
            program, name, *options = shlex.split(command)
            assert (program, name in LOOKING) == ("privacy-audit", True), f"{page}: {command} cannot be shown"
            code, said, _ = commanded(name, *options)
        assert code == 0, f"{page}: {command} ended with {code}: {said}"
        assert as_pattern(expected).fullmatch(said), f"{page} does not show what {command} says now:\n{said}"


def test_every_page_that_shows_a_run_is_looked_at():
    """The README, the commands and the proof of a run each show what comes out."""
    assert {name for name, _ in CONSOLE} == {"README.md", "docs/evidence.md", "docs/what-a-run-gives.md"}


def test_what_is_shown_must_come_out_whole():
    """A line too many, or another word, is noticed; lines that are left out are."""
    assert as_pattern("one\n…\nthree …\n").fullmatch("one\ntwo\ntwo\nthree and a half\n")
    assert not as_pattern("one\n").fullmatch("one\ntwo\n")
    assert not as_pattern("one\n…\nthree\n").fullmatch("one\nthree and a half\n")


@pytest.mark.parametrize("page", PAGES)
def test_every_command_that_is_named_exists_with_its_options(page):
    """Those of privacy-audit by its own help, those of make by the Makefile."""
    text = PAGES[page]
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = re.findall(r"(?:^|`|\$ )make ([a-z-]+)", text, re.MULTILINE)
    assert set(named) <= targets
    for line in re.findall(r"(?:^|`|\$ )privacy-audit ([^`\n#]+)", text, re.MULTILINE):
        name, *words = line.split()
        assert name in COMMANDS or name.startswith("--"), line
        known = {option for each in COMMANDS[name].params for option in each.opts} if name in COMMANDS else {"--help"}
        assert {word for word in (name, *words) if word.startswith("--")} <= known, line


@pytest.mark.parametrize("page", PAGES)
def test_every_path_that_is_named_exists(page):
    """Files and folders of the project, modules of the package, and links from page to page."""
    for span in re.findall(r"`([^`\n]+)`", WITHOUT_BLOCKS[page]):
        path = span.partition("::")[0]
        if re.fullmatch(r"\.?[\w-][\w.-]*(?:/[\w.*-]+)+/?|[\w.-]+/", path):
            elsewhere = path.partition("/")[0] in ELSEWHERE or path.startswith("data/registers/")
            assert elsewhere or (ROOT / path).exists(), f"{path}: a path starts at the project's folder"
        elif re.fullmatch(r"privacy_audit(?:\.\w+)+", path):
            importlib.import_module(path)
    for module in re.findall(r"[\w./-]*\w\.py\b", WITHOUT_BLOCKS[page]):
        assert module == "verify.py" or (ROOT / module).is_file(), f"{module}: a path starts at the project's folder"
    for link in re.findall(r"\]\(([^)#]+)", PAGES[page]):
        assert ((ROOT / page).parent / link).exists(), link


def test_the_readme_is_short_and_leads_to_every_page():
    """What a stranger reads first has at most 150 lines; everything else is one link away."""
    readme = PAGES["README.md"]
    assert len(readme.splitlines()) <= 150
    for name in PAGES:
        assert f"({name})" in readme or name == "README.md" or name.startswith("tests/"), name


def test_every_folder_and_every_floor_is_described():
    """A list that is kept by hand is compared with what is there."""
    page = PAGES["docs/folders.md"]
    folders = [path for path in (*ROOT.glob("[a-z]*/"), *ROOT.glob("data/[a-z]*/")) if any(path.glob("*"))]
    own = {"data", "lib", "reports", "build"}
    for path in folders:
        name = str(path.relative_to(ROOT))
        assert f"`{name}/`" in page or name in own or name == "data/registers", name
    for path in (ROOT / "lib" / "privacy_audit").glob("[a-z]*"):
        if path.is_dir() or (path.suffix == ".py" and not path.stem.startswith("_")):
            assert f"`lib/privacy_audit/{path.name}{'/' * path.is_dir()}`" in page, path.name


@pytest.mark.parametrize("name", TABLES["TABLES"])
def test_a_table_in_the_docs_is_that_of_the_code(name):
    """Whoever adds a check or an export writes the table with one command."""
    text = (ROOT / "docs" / name).read_text(encoding="utf-8")
    assert text == TABLES["with_tables"](name, text), MADE_BY.format(name)
