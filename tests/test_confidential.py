"""Nothing leaves by accident: not by git, not by a message, not by a notebook, not by a loosened default."""

import ast
import importlib
import json
import os
import re
import shutil
import stat
import subprocess
from pathlib import Path

import pytest
from privacy_audit.errors import AuditError, PublishError, SettingsError, UsageError, as_audit_error, guarded
from privacy_audit.request import ROOT, Request
from privacy_audit.runs.leakscan import addresses
from privacy_audit.runs.publish import refuse_tracked
from privacy_audit.settings.firm import firm_key
from privacy_audit.settings.policy import Policy
from support.programs import need

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
PYTHON = sorted((ROOT / "lib").rglob("*.py"))
BANNED = {"eval", "exec", "compile", "__import__"}
BANNED_METHODS = {"extractall", "to_pickle", "read_pickle"}
BANNED_MODULES = {"pickle", "dill", "shelve", "marshal", "yaml"}


def git(folder: Path, *arguments: str) -> None:
    names = ("-c", "user.name=A. Tester", "-c", "user.email=tester@example.com")
    subprocess.run(["git", *names, "-C", folder, *arguments], check=True, capture_output=True)


@pytest.fixture
def clone(tmp_path):
    """A firm's folder that somebody put into git."""
    need("git", "of what git keeps", "git")
    firm = tmp_path / "firm"
    (firm / "registers" / "2026-Q3").mkdir(parents=True)
    (firm / "registers" / "2026-Q3" / "clients.csv").write_text("client number\n1\n")
    shutil.copytree(ROOT / "data" / "policy", firm / "policy")
    git(tmp_path, "init", "-q", ".")
    return firm


@pytest.mark.parametrize("tracked", ["registers/2026-Q3/clients.csv", "firm.key", "reports/2026-Q3/run-01/audit.html"])
def test_what_git_keeps_is_refused_in_one_line(tracked, clone):
    """Exports, the key and the reports; what git does not keep is fine."""
    request = Request.of(firm=str(clone), quarter="2026-Q3")
    refuse_tracked(request, clone / "reports")
    (clone / tracked).parent.mkdir(parents=True, exist_ok=True)
    (clone / tracked).write_text("secret\n")
    refuse_tracked(request, clone / "reports")
    git(clone, "add", "-f", tracked)
    with pytest.raises(UsageError, match=r"Git keeps .* Hint: git rm") as refused:
        refuse_tracked(request, clone / "reports")
    assert len(str(refused.value).splitlines()) == 1


def test_the_example_may_be_kept_and_a_machine_without_git_is_fine(clone, monkeypatch):
    """What is fictional is meant to be in git; where there is no git, nothing is tracked."""
    refuse_tracked(Request.of(quarter=""), ROOT / "reports")
    git(clone, "add", "-f", ".")
    monkeypatch.setenv("PATH", "/nowhere")
    refuse_tracked(Request.of(firm=str(clone), quarter="2026-Q3"))


def test_a_repository_that_somebody_sent_starts_no_program(clone, tmp_path):
    """Asking git what it keeps runs nothing that the repository's own settings name."""
    ran = tmp_path / "ran"
    git(clone, "add", "-f", ".")
    git(tmp_path, "config", "core.fsmonitor", f"touch {ran}; false")
    with pytest.raises(UsageError):
        refuse_tracked(Request.of(firm=str(clone), quarter="2026-Q3"))
    assert not ran.exists()


def test_a_firms_own_files_are_ignored_by_git():
    """Registers, reports, key, waivers and actions."""
    need("git", "of what git keeps", "git")
    for name in ("registers/2026-Q3/clients.csv", "firm.key", ".firm.key-x1", "waivers.toml", "actions/2026-Q3.xlsx"):
        done = subprocess.run(["git", "-C", ROOT, "check-ignore", "-q", f"data/{name}"], check=False)
        assert done.returncode == 0, name
    assert subprocess.run(["git", "-C", ROOT, "check-ignore", "-q", "reports/x"], check=False).returncode == 0


def test_a_firms_key_is_made_once_for_its_owner_alone(tmp_path):
    """0600 and 32 bytes; readable by others, cut or empty it is refused in words; no half key is ever left."""
    key = firm_key(tmp_path, public=False)
    assert len(key) == 32
    assert firm_key(tmp_path, public=False) == key
    path = tmp_path / "firm.key"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [each.name for each in tmp_path.iterdir()] == ["firm.key"]
    path.chmod(0o640)
    with pytest.raises(SettingsError, match="Others on this machine can read"):
        firm_key(tmp_path, public=False)
    assert firm_key(tmp_path, public=True) == key
    path.chmod(0o600)
    for text in ("", "no key\n", "00ff\n"):
        path.write_text(text)
        with pytest.raises(SettingsError, match="is no key"):
            firm_key(tmp_path, public=False)


@pytest.mark.parametrize("error", [FileExistsError, PermissionError])
def test_a_key_is_made_on_a_disk_without_links_and_beside_a_quicker_run(error, tmp_path, monkeypatch):
    """Without links the key is moved; where another run was quicker, its key is taken."""

    def link(_, path):
        if error is FileExistsError:
            Path(path).write_text("ab" * 32)
            Path(path).chmod(0o600)
        raise error

    monkeypatch.setattr(os, "link", link)
    key = firm_key(tmp_path, public=False)
    assert (key == b"\xab" * 32) == (error is FileExistsError)
    assert [each.name for each in tmp_path.iterdir()] == ["firm.key"]


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.name)
def test_a_committed_notebook_holds_only_example_data(notebook):
    """It says so, shows no address that the policy does not publish, and no path or name of the machine it ran on."""
    content = json.loads(notebook.read_text(encoding="utf-8"))
    outputs = json.dumps([cell.get("outputs", []) for cell in content["cells"]], ensure_ascii=False)
    assert "fictional" in outputs or not re.search("[a-z]", outputs)
    policy = Policy(ROOT / "data" / "policy")
    assert addresses(outputs) <= addresses(policy.text)
    assert "papermill" not in content["metadata"]
    for word in ("Traceback", str(ROOT), str(Path.home())):
        assert word not in outputs


def test_no_jupyter_default_is_loosened():
    """No configuration in the project, and nowhere a server without a token, for all addresses, or as root."""
    need("git", "of what git keeps", "git")
    listed = subprocess.run(["git", "-C", ROOT, "ls-files"], capture_output=True, text=True, check=True).stdout
    names = [Path(each) for each in listed.splitlines()]
    assert not [each for each in names if re.match(r"(jupyter|ipython)_.*config", each.name)]
    loosened = re.compile(r"0\.0\.0\.0|token\s*=\s*['\"]{2}|disable_check_xsrf|allow_origin|--ip=(?!127\.0\.0\.1)")
    texts = [each for each in names if each.suffix in {".py", ".md", ".toml", ".yml", ".ipynb", ""}]
    here = Path(__file__).relative_to(ROOT)
    for each in texts:
        path = ROOT / each
        if each != here and path.is_file():
            text = path.read_text(encoding="utf-8", errors="replace")
            assert not loosened.search(text), each
            # A bench in a container is root, and listens to itself alone.
            assert each.parts[:2] == ("tests", "browser") or not re.search("allow.root", text), each


def sources():
    """Every module, and every notebook's code."""
    yield from ((path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")) for path in PYTHON)
    for path in NOTEBOOKS:
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        code = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
        yield path.relative_to(ROOT).as_posix(), code


def dangers(source: str) -> list[str]:
    """What in a source would run or unpack what somebody else wrote."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            plain = isinstance(node.func, ast.Name)
            found += [name] * ((name in BANNED and plain) or name in BANNED_METHODS or name == "system")
            found += [each.arg for each in node.keywords if each.arg == "shell"]
        elif isinstance(node, ast.Import | ast.ImportFrom):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else [each.name for each in node.names]
            found += [each for each in names if each.partition(".")[0] in BANNED_MODULES]
    return found


def test_nothing_runs_or_unpacks_what_somebody_else_wrote():
    """No eval, exec, pickle, shell, YAML or extractall in the package and the notebooks."""
    for name, source in sources():
        assert dangers(source) == [], name
    for danger in ("eval('1')", "import pickle", "from yaml import load", "run('ls', shell=True)", "z.extractall()"):
        assert dangers(danger), danger


def test_every_cell_of_a_notebook_fails_in_words():
    """Whatever a notebook calls is guarded: a traceback could hold somebody's data."""
    called = 0
    for name, source in sources():
        if not name.startswith("notebooks/"):
            continue
        tree, modules = ast.parse(source), {}
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom):
                modules |= {
                    each.asname or each.name: importlib.import_module(f"{node.module}.{each.name}")
                    for each in node.names
                }
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                function = getattr(modules[node.func.value.id], node.func.attr)
                assert hasattr(function, "__wrapped__"), f"{name}: {node.func.attr}"
                called += 1
    assert called > 30


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (ValueError("Zebedee Quillfeather"), "The audit failed inside"),
        (KeyError("zebedee@example.com"), "The audit failed inside"),
        (OSError(28, "No space left on device", "/reports/x"), "make room on the disk"),
        (OSError(5, "Input/output error"), "Input/output error. Hint: mend that"),
        (MemoryError(), "ran out of memory"),
        (UsageError("Which quarter?"), "Which quarter?"),
    ],
)
def test_a_failure_is_one_line_without_anybodys_data(error, said):
    """Whatever goes wrong, and wherever it stands; the place in the code is told, its words are not."""

    def fails():
        raise error

    with pytest.raises(AuditError) as told:
        guarded(fails)()
    text = str(told.value)
    assert said in text
    assert len(text.splitlines()) == 1
    assert "ebedee" not in text
    assert not re.search(r"\w+Error\b", text)
    assert told.value.__cause__ is None
    assert as_audit_error(told.value) is told.value


def test_the_place_of_a_failure_is_told():
    """The last line of our own code that it came through."""
    with pytest.raises(AuditError, match=r"\(settings/firm\.py, line \d+\)"):
        guarded(firm_key)(None, public=False)
    assert isinstance(as_audit_error(OSError(28, "No space left on device")), PublishError)
