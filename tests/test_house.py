"""The house rules that a reader may rely on: sizes, words that are banned, notebooks that stay thin."""

import ast
import json
import re
import subprocess
import tomllib

import pytest
from privacy_audit.audit.inputs import read_settings
from privacy_audit.audit.observe import column_names
from privacy_audit.controls.grammar import CONTROLS
from privacy_audit.request import ROOT
from privacy_audit.settings.policy import PARAMETERS
from privacy_audit.settings.schema import load_schemas
from support.programs import need

MODULES = sorted((ROOT / "lib").rglob("*.py"))
CONTROL_MODULES = sorted((ROOT / "lib" / "privacy_audit" / "controls").glob("[a-z]*.py"))
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
POLICY, LAW, *_ = read_settings(ROOT / "data")


def test_modules_are_short():
    """No module has more than 400 lines but verify.py, which is one file so that it can be handed on by itself."""
    long = [path.name for path in MODULES if len(path.read_text(encoding="utf-8").splitlines()) > 400]
    assert long == ["verify.py"]


def test_functions_are_short():
    """No function has more than 40 lines, its docstring left out."""
    for path in MODULES:
        for each in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef):
                told = len((ast.get_docstring(each, clean=False) or "").splitlines())
                assert each.end_lineno - each.lineno + 1 - told <= 40, f"{path.name}: {each.name}"


@pytest.mark.parametrize("path", CONTROL_MODULES, ids=lambda path: path.stem)
def test_controls_are_short_and_fill_no_blanks(path):
    """A control's function has at most 25 lines, and no control gives a blank a value."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for each in ast.walk(tree):
        if isinstance(each, ast.FunctionDef):
            assert each.end_lineno - each.lineno + 1 <= 25, each.name
        if isinstance(each, ast.Attribute):
            assert each.attr not in {"fill_null", "is_null", "fill_nan"}, f"{path.name}:{each.lineno}"


def test_nothing_dangerous_is_called():
    """No eval, exec, pickle, shell, coerced dates or wall clock in the library."""
    banned = re.compile(
        r"\beval\(|\bexec\(|pickle|shell=True|extractall|errors=.coerce|date\.today|on_bad_lines|yaml\.load"
    )
    for path in MODULES:
        found = banned.search(path.read_text(encoding="utf-8"))
        assert not found, f"{path.name}: {found and found.group()}"


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebooks_are_thin_executed_and_show_the_example(path):
    """Cells are short, define nothing, loop over nothing, have run in order, and show only the example."""
    notebook = json.loads(path.read_text(encoding="utf-8"))
    code = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    for count, cell in enumerate(code, 1):
        source = "".join(cell["source"])
        kinds = {type(node) for node in ast.walk(ast.parse(source))}
        assert not kinds & {ast.FunctionDef, ast.ClassDef, ast.For, ast.While, ast.ListComp, ast.Lambda}
        assert len(source.splitlines()) <= 15
        assert cell["execution_count"] == count
    text = path.read_text(encoding="utf-8")
    assert "Example: fictional registers" in text
    assert str(ROOT) not in text
    shown = sum(bool(cell["outputs"]) for cell in code)
    assert shown == len(code) - 2, "every cell but the parameters and the audit itself shows something"
    assert shown >= (15 if path.stem == "audit" else 6)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebooks_follow_whatever_policy_is_audited(path):
    """No cell that a person wrote has a section's number or title of the example's policy.

    A title of one word, such as Marketing, is an ordinary word as well.
    """
    titles = "|".join(re.escape(each) for each in POLICY.sections.values() if " " in each)
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        assert not re.search(rf"(?i)\bsection \d|{titles}|Lustre", "".join(cell["source"]))


def test_every_quote_is_word_for_word_and_every_promise_has_a_control_or_a_reason():
    """Traceability holds both ways: from the policy's words to controls, and from controls to promises."""
    text = (ROOT / "data" / "policy" / "policy.md").read_text(encoding="utf-8")
    assert len(POLICY.commitments) == 63
    for each in POLICY.commitments:
        assert each.quote in text
        assert each.controls or each.planned or each.why, each.id
        assert set(each.controls) <= CONTROLS.keys()
        assert not set(each.planned) & CONTROLS.keys(), f"{each.id} plans a control that exists"
    linked = {control for each in POLICY.commitments for control in each.controls}
    audits_own = {"DQ-01", "DQ-02", "DQ-03", "DQ-05", "GOV-09"}
    assert CONTROLS.keys() - linked == audits_own, "only the audit's own controls may serve no promise"


def test_the_policy_is_the_published_one_but_for_its_headings():
    """Without the marks that make headings, the text has the length and words it was published with."""
    text = (ROOT / "data" / "policy" / "policy.md").read_text(encoding="utf-8")
    assert text.count("\n## ") + text.startswith("## ") == 15
    assert "Lustre Support is the controller of your personal data." in text


def test_reasons_name_only_columns_that_exist_and_are_not_personal():
    """The words of a reason can be filled in, and never with somebody's name or address."""
    schemas = load_schemas(ROOT / "data" / "schema")
    for control in CONTROLS.values():
        schema = schemas[control.register]
        known = {*column_names(schema), "record", "promise", "clause", "area"}
        for code, reason in control.reasons.items():
            assert reason.about in {"", *PARAMETERS}, f"{control.id} {code}"
            assert set(re.findall(r"{(\w+)}", reason.remedy)) <= {"promise", "clause", "area"}
            for name in re.findall(r"{(\w+)}", reason.words + reason.why):
                assert name in known, f"{control.id} {code}: {name}"
                assert name not in schema.by_name or not schema.by_name[name].personal, f"{control.id} {code}: {name}"
            assert len(reason.why.split()) <= 10, f"{control.id} {code}: the why has more than ten words"


def test_every_rule_has_a_source_and_the_day_somebody_checked_it():
    """Each version of each rule says where it comes from; versions stand oldest first."""
    for rule in LAW.rules.values():
        starts = [version.start for version in rule.versions]
        assert starts == sorted(set(starts)), rule.name
        assert all(len(version.source) > 10 for version in rule.versions), rule.name


def test_the_lock_and_conda_say_the_same_and_name_no_registry():
    """environment.yml takes everything but Python from the lock, whose packages are all hashed."""
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    conda = (ROOT / "environment.yml").read_text(encoding="utf-8")
    assert "-r requirements.lock" in conda
    assert "://" not in lock
    pinned = re.findall(r"^([a-z0-9._-]+)(?:\[\w+\])?==", lock, re.MULTILINE)
    assert lock.count("--hash=sha256:") >= len(pinned)
    wanted = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]
    assert {re.split(r"[<>=]", each)[0] for each in wanted} <= set(pinned)


def test_git_keeps_the_library_and_the_example_and_leaves_out_a_firms_own_data():
    """The ignore file swallows registers, keys and reports, and nothing that belongs to the project."""
    need("git", "of what git keeps", "git")
    kept = ["lib/privacy_audit/cli.py", "data/example/2026-Q3/clients.csv", "data/example/2026-Q3/suppliers.xlsx"]
    left = ["data/registers/2026-Q3/clients.csv", "data/firm.key", "reports/2026-Q3/run-01/audit.xlsx"]
    ignored = subprocess.run(
        ["git", "check-ignore", *kept, *left], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert ignored.stdout.split() == left


def test_paths_of_this_machine_stand_nowhere():
    """No committed text file tells where it was written."""
    need("git", "of what git keeps", "git")
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for name in listed.splitlines():
        path = ROOT / name
        if path.suffix in {".py", ".md", ".toml", ".json", ".ipynb", ".csv", ".yml"} and path.exists():
            assert not re.search(r"/(work|home|Users)/\w", path.read_text(encoding="utf-8")), name
