"""A published run can be repeated from its exports and what it kept, byte for byte, and every change is told."""

import json
import shutil
from pathlib import Path

import pytest
from privacy_audit import notebook
from privacy_audit.errors import AuditError
from privacy_audit.request import ROOT
from privacy_audit.runs import manifest
from privacy_audit.runs.execute import REPORTS
from privacy_audit.runs.repeat import repeat
from privacy_audit.verify import check_all, check_run
from support.commands import commanded

WAIVER = """
[[waiver]]
finding = "{finding}"
reason = "New terms are being signed; the supplier confirmed the missing point in writing."
approved_by = "the director"
start = 2026-07-01
expires = 2026-12-31
"""


@pytest.fixture(scope="module")
def firm(tmp_path_factory):
    """A firm with the exports of two quarters and a waiver, and its run of the later, published without a kernel."""
    home = tmp_path_factory.mktemp("firm")
    folder, reports = home / "firm", home / "reports"
    shutil.copytree(ROOT / "data" / "policy", folder / "policy")
    newest = max(path for path in (ROOT / "data" / "example").glob("20??-Q?"))
    for quarter in ("2026-Q2", "2026-Q3"):
        shutil.copytree(newest, folder / "registers" / quarter)
        about = folder / "registers" / quarter / "quarter.toml"
        about.write_text(about.read_text(encoding="utf-8").replace("fictional = true", ""), encoding="utf-8")
    given = {"firm": str(folder), "quarter": "2026-Q3"}
    found = notebook.start(given)
    broken = next(each.id for each in found.findings if each.outcome == "broken")
    (folder / "waivers.toml").write_text(WAIVER.format(finding=broken), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv(REPORTS)
        notebook.finish(notebook.start(given), {"reports": str(reports)})
    return folder, reports


def repeated(folder: Path, reports: Path, *more: object) -> tuple[int, str]:
    code, said, complained = commanded("verify", "--rerun", "--firm", folder, "--reports", reports, *more)
    return code, said + complained


@pytest.mark.slow
def test_a_run_is_repeated_byte_for_byte_though_the_firm_has_moved_on(firm, tmp_path):
    """The earlier exports are deleted and the waiver is gone: the run kept the past and the waivers it rested on."""
    folder, reports = firm
    run = reports / "2026-Q3" / "run-01"
    assert check_all(reports).exit_code == 0
    assert {path.name for path in (run / "inputs").iterdir()} == {"previous.json", "waivers.toml"}
    later = tmp_path / "firm"
    shutil.copytree(folder, later)
    shutil.rmtree(later / "registers" / "2026-Q2")
    (later / "waivers.toml").unlink()
    code, said = repeated(later, reports)
    assert (code, "comes out the same, byte for byte" in said) == (0, True), said
    findings = json.loads((run / "findings.json").read_bytes())
    assert findings["audit"]["waivers"][0]["standing"] == "holds"
    assert findings["audit"]["compared_with"] == "2026-Q2"


@pytest.mark.slow
def test_what_has_changed_since_is_told_rather_than_called_tampering(firm, tmp_path, monkeypatch):
    """Other law, or another program, may find something else: 2; the same law and program may not: 1."""
    folder, reports = firm
    later = tmp_path / "firm"
    shutil.copytree(folder, later)
    shutil.copytree(ROOT / "data" / "rulebook", later / "rulebook")
    changed = later / "rulebook" / "severity.toml"
    changed.write_text(changed.read_text(encoding="utf-8") + "\n# read again\n", encoding="utf-8")
    code, said = repeated(later, reports)
    assert (code, "rulebook/severity.toml has changed since" in said) == (2, True), said
    monkeypatch.setattr("privacy_audit.runs.repeat.findings_json", lambda _: b"{}\n")
    code, said = repeated(folder, reports)
    assert (code, "by the same code, findings.json comes out differently" in said) == (1, True), said
    monkeypatch.setattr(manifest, "code_hash", lambda: "0" * 64)
    code, said = repeated(folder, reports)
    assert (code, "the program has changed since (then version" in said) == (2, True), said


@pytest.mark.slow
def test_an_export_that_was_added_since_is_told_rather_than_called_tampering(firm, tmp_path):
    """Its rows may change what is found: 2, with its name; one that changes nothing is told all the same."""
    folder, reports = firm
    exports = tmp_path / "exports"
    shutil.copytree(folder / "registers" / "2026-Q3", exports)
    (exports / "more.csv").write_bytes((exports / "clients.csv").read_bytes())
    code, said = repeated(folder, reports, "--inputs", exports)
    assert (code, "registers/more.csv was added since" in said) == (2, True), said


@pytest.mark.slow
def test_a_run_is_not_repeated_with_another_key(firm, tmp_path):
    """Every finding would have another id: 2, and the firm's key is asked for, also where nothing was kept."""
    folder, reports = firm
    later, copy = tmp_path / "firm", tmp_path / "run-01"
    shutil.copytree(folder, later)
    (later / "firm.key").write_text("11" * 32)
    code, said = repeated(later, reports)
    assert (code, "Hint: bring back the firm.key" in said) == (2, True), said
    shutil.copytree(reports / "2026-Q3" / "run-01", copy)
    (copy / "inputs" / "previous.json").unlink()
    found = repeat(copy, check_run(reports / "2026-Q3" / "run-01")[1], str(later), None)
    assert (found.wrong, "firm.key is another than then" in found.unknown[0]) == ([], True)


@pytest.mark.slow
def test_a_run_of_another_firm_is_not_repeated_and_nothing_is_said_to_have_changed(firm):
    """Whoever forgot --firm is told so, and not that somebody has changed the policy or the key."""
    reports, other = firm[1], ROOT / "tests" / "firms" / "other"
    code, said = repeated(other, reports)
    told = (
        f"This run is of “Lustre Support”; the folder {other} is of “Tern & Quill Bookbinders”. Hint: name the firm's"
    )
    assert (code, told in said, "changed since" in said, "another key" in said) == (2, True, False, False), said


@pytest.mark.slow
def test_exports_changed_or_lost_since_are_found(firm, tmp_path):
    """A changed row is 1; a deleted export, as retention asks for, is 2; in neither case is anything repeated."""
    folder, reports = firm
    exports = tmp_path / "exports"
    shutil.copytree(folder / "registers" / "2026-Q3", exports)
    assert commanded("verify", "--firm", folder, "--reports", reports, "--inputs", exports)[0] == 0
    (exports / "clients.csv").write_bytes((exports / "clients.csv").read_bytes() + b"\r\n")
    code, said = repeated(folder, reports, "--inputs", exports)
    assert (code, "clients.csv is not the file that was audited" in said, "Not repeated" in said) == (1, True, True)
    (exports / "clients.csv").unlink()
    assert repeated(folder, reports, "--inputs", exports)[0] == 2
    damaged = tmp_path / "firm"
    shutil.copytree(folder, damaged)
    (damaged / "policy" / "policy.md").write_text("Nothing is promised.", encoding="utf-8")
    code, said = repeated(damaged, reports)
    assert (code, "It could not be repeated" in said) == (2, True)


@pytest.mark.slow
def test_the_manifest_tells_what_was_read_by_what(firm):
    """Every export with its rows, every settings file, the code, the environment, the parameters; no e-mail address."""
    folder, reports = firm
    content = check_run(reports / "2026-Q3" / "run-01")[1]
    said = content["predicate"]
    exports = {path.name for path in (folder / "registers" / "2026-Q3").iterdir()}
    assert {each["name"] for each in said["inputs"]} == exports
    rows = [how for each in said["inputs"] for how in each["read"]]
    assert all(how["rows_in"] == how["accepted"] + how["rejected"] for how in rows)
    assert {each["name"] for each in said["settings"]} > {"policy/policy.md", "policy/firm.toml", "waivers.toml"}
    assert any(each["name"].startswith("rulebook/") for each in said["settings"])
    assert len(said["code"]["sha256"]) == len(said["environment"]["lock"]) == 64
    assert said["parameters"]["engine"] == "arrow"
    key = (folder / "firm.key").read_text().strip()
    everything = b"".join(path.read_bytes() for path in reports.rglob("*") if path.is_file())
    assert key.encode() not in everything
    assert bytes.fromhex(key) not in everything


@pytest.mark.slow
def test_exports_that_change_while_the_audit_runs_are_never_published(firm, tmp_path, monkeypatch):
    """Hashed before they are read and again at the end."""
    folder, reports = firm
    busy = tmp_path / "firm"
    shutil.copytree(folder, busy)
    result = notebook.start({"firm": str(busy), "quarter": "2026-Q3"})
    path = busy / "registers" / "2026-Q3" / "clients.csv"
    path.write_bytes(path.read_bytes() + b"\r\n")
    monkeypatch.delenv(REPORTS)
    with pytest.raises(AuditError, match=r"registers/clients.csv changed while the audit ran"):
        notebook.finish(result, {"reports": str(tmp_path / "reports")})
    assert not (tmp_path / "reports").exists()
    del reports
