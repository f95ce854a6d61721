"""A run in a zip checks itself on any machine with Python; a signature shows whose it is."""

import errno
import io
import json
import os
import resource
import shutil
import subprocess
import sys
import time
import zipfile
from functools import partial
from pathlib import Path

import pytest
from faults.prepared import four_quarters, publish_one
from privacy_audit import verify
from privacy_audit.errors import UsageError
from privacy_audit.runs import manifest
from privacy_audit.runs.handover import pack
from privacy_audit.runs.publish import STAGING
from privacy_audit.verify import MANIFEST, SIGNATURE, canonical, check, check_all, check_run, main, sealed, sha256
from support.commands import command, commanded
from support.programs import need

LONGEST_VERIFY = 5 * max(1, os.getloadavg()[0] / (os.cpu_count() or 1))  # seconds, on a machine that is not overrun


def packed(run: Path, to: Path, signers: Path | None = None) -> Path:
    """Pack a run and unpack it elsewhere."""
    (to / "run.zip").write_bytes(pack(run, check_run(run)[1], signers))
    with zipfile.ZipFile(to / "run.zip") as file:
        for name in file.namelist():
            (to / "out" / name).parent.mkdir(parents=True, exist_ok=True)
            (to / "out" / name).write_bytes(file.read(name))
    return to / "out"


def checked(folder: Path, *arguments: str, path: str = "") -> subprocess.CompletedProcess:
    """Run the zip's own program with nothing but Python: no site packages, no environment."""
    program = [sys.executable, "-I", "-S", str(folder / "verify.py"), *arguments]
    environment = {"PATH": path or os.environ["PATH"]}
    return subprocess.run(program, capture_output=True, text=True, cwd="/", env=environment, check=False)


def test_a_pack_has_the_same_bytes_each_time_and_checks_itself(memory):
    """Unpacked anywhere, the program beside the run finds all as published, and names the results hash."""
    runs = four_quarters(memory / "reports")
    content = check_run(runs[2])[1]
    assert pack(runs[2], content, None) == pack(runs[2], content, None)
    out = packed(runs[2], memory)
    done = checked(out)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    results = content["predicate"]["results"]
    assert results[:16] in done.stdout
    assert "In a chain of 5 run(s), the newest of which is 2026-Q3/run-02" in done.stdout
    told = (out / "README.txt").read_text()
    for text in (results, "What it does not prove", "not signed", "verify.py", "internal edition"):
        assert text in told
    assert checked(out, "--results", results).returncode == 0
    assert checked(out, "--results", "0" * 16).returncode == 1
    assert checked(out, "nowhere").returncode == 64


@pytest.mark.parametrize(
    ("harm", "code"),
    [
        (lambda run: (run / "audit.html").write_bytes(b"<p>All is well.</p>"), 1),
        (lambda run: (run / "findings.json").unlink(), 1),
        (lambda run: (run / MANIFEST).unlink(), 1),
        (lambda run: (run.parents[1] / "2026-Q1" / "run-01" / MANIFEST).unlink(), 2),
        (lambda run: (run.parents[1] / "2026-Q1" / "run-01" / MANIFEST).write_bytes(b"{}"), 1),
        (lambda run: (run.parents[1] / "LATEST").unlink(), 2),
        (shutil.rmtree, 64),
    ],
)
def test_a_pack_tells_what_was_changed_in_it(harm, code, memory):
    """A changed or missing file is 1, a missing link of the chain 2."""
    out = packed(four_quarters(memory / "reports")[2], memory)
    harm(out / "reports" / "2026-Q2" / "run-01")
    assert checked(out).returncode == code


def test_the_exports_are_checked_against_the_run(memory):
    """The very files that were audited, one that was changed later, one that is gone."""
    out = packed(publish_one(memory / "reports"), memory)
    (memory / "exports").mkdir()
    assert checked(out, "--inputs", str(memory / "exports")).returncode == 2
    (memory / "exports" / "clients.csv").write_bytes(b"")
    assert checked(out, "--inputs", str(memory / "exports")).returncode == 0
    (memory / "exports" / "clients.csv").write_bytes(b"changed")
    done = checked(out, "--inputs", str(memory / "exports"))
    assert (done.returncode, "clients.csv is not the file that was audited" in done.stdout) == (1, True)


def test_the_check_needs_nothing_but_the_standard_library(memory):
    """It imports nothing else, and what a pack holds is the very file that the command runs."""
    text = Path(verify.__file__).read_text(encoding="utf-8")
    imported = {
        line.split()[1].partition(".")[0] for line in text.splitlines() if line.startswith(("import ", "from "))
    }
    assert imported <= set(sys.stdlib_module_names)
    publish_one(memory / "reports")
    home = packed(memory / "reports" / "2026-Q3" / "run-01", memory)
    assert (home / "verify.py").read_text(encoding="utf-8") == text


@pytest.fixture
def keys(memory):
    """Two keys; the list of allowed signers names the first."""
    need("ssh-keygen", "of signatures", "openssh-client")
    for name in ("audit", "other"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", memory / name], check=True)
    public = (memory / "audit.pub").read_text().split()
    (memory / "allowed_signers").write_text(f'audit@example.co.uk namespaces="privacy-audit" {" ".join(public[:2])}\n')
    return memory


def signed(reports: Path, key: Path, note: str = "") -> Path:
    return publish_one(reports, note=note, sign=partial(manifest.sign, key), signature=manifest.fingerprint(key))


def test_a_signed_run_tells_who_signed_it(keys):
    """By the allowed key: signed by whom; without a list nobody can say whose key it is (2)."""
    run, signers = signed(keys / "reports", keys / "audit"), keys / "allowed_signers"
    found = check(run, signers, required=True)
    assert (found.exit_code, found.wrong) == (0, [])
    assert any(each.startswith("Signed by audit@example.co.uk with SHA256:") for each in found.said)
    assert check(run).exit_code == 2
    assert (run / SIGNATURE).stat().st_mode & 0o777 == 0o600
    assert checked(packed(run, keys, signers)).returncode == 0
    assert "It is signed by the key SHA256:" in (keys / "out" / "README.txt").read_text()


def test_no_other_signature_and_no_missing_one_is_taken(keys):
    """Signed by another key, by hand over another text, stripped, added, or asked for and not there."""
    reports, signers = keys / "reports", keys / "allowed_signers"
    other, own = signed(reports, keys / "other"), signed(reports, keys / "audit", "own")
    assert "a key that allowed_signers does not allow" in check(other, signers).wrong[0]
    good = (own / SIGNATURE).read_bytes()
    (own / SIGNATURE).write_bytes((other / SIGNATURE).read_bytes())
    assert check(own, signers).exit_code == 1
    (own / SIGNATURE).unlink()
    assert "is missing" in check(own, signers).wrong[0]
    (own / SIGNATURE).write_bytes(good)
    assert check(own, signers).exit_code == 0
    unsigned = publish_one(reports, note="unsigned")
    assert "Not signed" in check(unsigned, signers).said[2]
    assert "a signature was asked for" in check(unsigned, signers, required=True).wrong[0]
    (unsigned / SIGNATURE).write_bytes(good)
    assert "was added" in check(unsigned, signers).wrong[0]


def test_without_ssh_keygen_a_signature_is_not_taken_on_trust(keys, monkeypatch):
    """It could not be checked: 2, and the rest is checked all the same."""
    run = signed(keys / "reports", keys / "audit")
    out = packed(run, keys, keys / "allowed_signers")
    done = checked(out, path="/nowhere")
    assert (done.returncode, "no ssh-keygen" in done.stdout) == (2, True)
    (out / "reports" / "2026-Q3" / "run-01" / "audit.html").write_bytes(b"")
    assert checked(out, path="/nowhere").returncode == 1
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(UsageError, match="install OpenSSH"):
        manifest.fingerprint(keys / "audit")


def test_a_key_that_cannot_sign_is_refused_before_the_work(keys):
    """Missing, no key at all, or refused when it comes to it: one line, nothing published."""
    with pytest.raises(UsageError, match="There is no key"):
        manifest.fingerprint(keys / "nowhere")
    (keys / "none").write_text("nothing\n")
    (keys / "none").chmod(0o600)
    with pytest.raises(UsageError, match="cannot sign"):
        manifest.fingerprint(keys / "none")
    with pytest.raises(UsageError, match="did not sign"):
        publish_one(
            keys / "reports", sign=partial(manifest.sign, keys / "none"), signature=manifest.fingerprint(keys / "audit")
        )
    assert not list((keys / "reports").glob(f"{STAGING}*"))
    assert not list((keys / "reports").glob("20*/run-*"))


def test_the_commands_verify_and_pack(memory):
    """As a person uses them: exit codes, one zip for the owner alone, never over another file."""
    reports = memory / "reports"
    here = ("--reports", reports)
    four_quarters(reports)
    code, said, _ = commanded("verify", *here)
    assert (code, "✓ As published." in said) == (0, True), said
    assert commanded("verify", "2026-Q1/run-01", *here)[0] == 0
    assert commanded("pack", *here, "--out", memory / "a.zip")[0] == 0
    assert (memory / "a.zip").stat().st_mode & 0o777 == 0o600
    code, _, complained = commanded("pack", *here, "--out", memory / "a.zip")
    assert (code, "is there already" in complained) == (64, True)
    (reports / "2026-Q2" / "run-01" / "audit.html").write_text("changed")
    assert commanded("verify", "2026-Q3/run-01", *here)[0] == 0
    code, said, _ = commanded("verify", *here)
    assert (code, "✗ 2026-Q2/run-01: audit.html was changed" in said) == (1, True)
    code, _, complained = commanded("pack", "2026-Q2/run-01", *here, "--out", memory / "b.zip")
    assert (code, "Nothing was packed" in complained) == (3, True)
    assert not (memory / "b.zip").exists()
    shutil.rmtree(reports / "2026-Q2")
    assert commanded("verify", *here)[0] == 2
    assert commanded("verify", "--reports", memory / "none")[0] == 64
    assert commanded("verify", "--signers", "nowhere", *here)[0] == 64
    assert commanded("verify", "2026-Q2/run-01", *here)[0] == 64


def test_a_run_is_packed_whole_from_inside_its_folder(memory, monkeypatch):
    """Named as “.” it has the same bytes: the chain's manifests and LATEST are in it."""
    run = four_quarters(memory / "reports")[3]
    assert commanded("pack", run, "--out", memory / "a.zip")[0] == 0
    monkeypatch.chdir(run)
    assert commanded("pack", ".", "--out", memory / "b.zip")[0] == 0
    assert (memory / "a.zip").read_bytes() == (memory / "b.zip").read_bytes()
    assert commanded("verify", ".")[1] == commanded("verify", run)[1]


def test_a_pack_that_fails_leaves_nothing_in_its_way(memory, monkeypatch):
    """Where a file may not grow, no half of a zip stays, and the next try succeeds."""
    run = publish_one(memory / "reports", large=True)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, before[1]))
    try:
        code, _, complained = commanded("pack", run, "--out", memory / "a.zip")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert (code, len(complained.splitlines()), (memory / "a.zip").exists()) == (3, 1, False)
    monkeypatch.setattr("privacy_audit.runs.handover.pack", lambda *_: 1 / 0)
    assert (commanded("pack", run, "--out", memory / "a.zip")[0], (memory / "a.zip").exists()) == (3, False)
    monkeypatch.undo()
    assert commanded("pack", run, "--out", memory / "a.zip")[0] == 0


def test_verify_in_a_process_of_its_own_takes_less_than_five_seconds(memory):
    """Five runs over four quarters, the program's start among it."""
    four_quarters(memory)
    began = time.perf_counter()
    assert command("verify", "--reports", memory).returncode == 0
    assert time.perf_counter() - began < LONGEST_VERIFY


def both(run: Path, home: Path, **environment: str) -> list[subprocess.CompletedProcess]:
    """Check a run with the single file and with the command, each in a process of its own."""
    shutil.copy(verify.__file__, home / "verify.py")
    environment = {"PATH": os.environ["PATH"]} | environment
    program = [sys.executable, str(home / "verify.py"), str(run)]
    alone = subprocess.run(program, capture_output=True, env=environment, check=False)
    code = "from privacy_audit.cli import main; main()"
    program = [sys.executable, "-c", code, "verify", str(run)]
    return [alone, subprocess.run(program, capture_output=True, env=environment, check=False)]


@pytest.mark.slow
@pytest.mark.parametrize("encoding", ["cp1252", "ascii", "utf-8"])
def test_a_check_is_told_on_every_terminal(encoding, memory):
    """One that has no sign for “differs” is told all the same, and how it ends does not change."""
    run = publish_one(memory / "reports")
    assert [done.returncode for done in both(run, memory, PYTHONIOENCODING=encoding)] == [0, 0]
    (run / "audit.html").write_bytes(b"<p>All is well.</p>")
    for done in both(run, memory, PYTHONIOENCODING=encoding):
        assert (done.returncode, done.stderr) == (1, b"")
        assert b"audit.html was changed after publishing." in done.stdout


@pytest.mark.slow
@pytest.mark.parametrize(
    "name", [b"\xff.txt", b"\x1b[2J\x1b[1A.txt", "a\n✓ As published.".encode(), "\u202egpj".encode()]
)
def test_the_name_of_a_file_commands_no_terminal(name, memory):
    """It is written out, on one line, so that nothing on the screen is cleared, turned round or made up."""
    run = publish_one(memory / "reports")
    (run / os.fsdecode(name)).write_bytes(b"")
    for done in both(run, memory):
        assert (done.returncode, done.stderr) == (1, b"")
        said = done.stdout.decode()
        assert "was added after publishing." in said
        assert not {"\x1b", "\u202e"} & set(said)
        assert not any(line.startswith("✓") for line in said.splitlines())


def test_what_cannot_be_read_is_told_and_the_rest_is_checked(memory, monkeypatch):
    """A folder in the place of a manifest or of LATEST, and a file that the reader may not open: 1, run by run."""
    reports = memory / "reports"
    runs = four_quarters(reports)
    (runs[4] / "audit.html").write_bytes(b"changed")
    (runs[1] / MANIFEST).unlink()
    (runs[1] / MANIFEST).mkdir()
    shut, original = runs[2] / "audit.html", Path.read_bytes

    def read_bytes(path):
        if path == shut:
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return original(path)

    monkeypatch.setattr(Path, "read_bytes", read_bytes)
    wrong = check_all(reports).wrong
    assert "2026-Q1/run-01: manifest.json is damaged: it cannot be read." in wrong
    assert "2026-Q2/run-01: audit.html cannot be read: Permission denied." in wrong
    assert "2026-Q3/run-02: audit.html was changed after publishing." in wrong
    monkeypatch.undo()
    (reports / "LATEST").unlink()
    (reports / "LATEST").mkdir()
    assert "LATEST cannot be read." in check_all(reports).wrong
    for done in (*both(runs[1], memory), *both(runs[3], memory)):
        assert (done.returncode, done.stderr) == (1, b"")
    code, said, _ = commanded("verify", "--reports", reports)
    assert (code, "audit.html was changed after publishing." in said) == (1, True)


@pytest.mark.slow
@pytest.mark.parametrize("before", [7, {"run": 5, "manifest": 6}, {"run": "../../x", "manifest": "0" * 64}, {}])
def test_a_manifest_that_names_no_run_before_is_told(before, memory):
    """Sealed anew with something else in that place: no folder elsewhere is looked into, and no traceback is shown."""
    run = publish_one(memory / "reports")
    content = json.loads((run / MANIFEST).read_bytes())
    content["predicate"]["previous"] = before
    (run / MANIFEST).write_bytes(canonical(sealed(content)))
    for place in (run, shutil.copytree(run, memory / "copy")):
        for done in both(place, memory):
            assert (done.returncode, done.stderr) == (1, b""), done.stdout
            assert "it names no run before" in done.stdout.decode()


@pytest.mark.slow
@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_forged_workbook_that_cannot_be_opened_is_told(method, memory):
    """However it is packed, and though the manifest beside it was made to fit."""
    run = publish_one(memory / "reports")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", method) as book:
        book.writestr("xl/workbook.xml", b"<workbook/>" * 999)
    forged = bytearray(packed.getvalue())
    forged[50:70] = b"\xff" * 20
    (run / "audit.xlsx").write_bytes(forged)
    content = json.loads((run / MANIFEST).read_bytes())
    next(each for each in content["subject"] if each["name"] == "audit.xlsx")["digest"]["sha256"] = sha256(forged)
    (run / MANIFEST).write_bytes(canonical(sealed(content)))
    for place in (run, shutil.copytree(run, memory / "copy")):
        for done in both(place, memory):
            assert (done.returncode, done.stderr) == (1, b""), done.stdout
            assert "audit.xlsx cannot be opened" in done.stdout.decode()


def test_a_folder_that_cannot_be_listed_is_told_in_words(memory, monkeypatch, capsys):
    """The stand-alone check ends with 2, since not everything could be checked, and shows no traceback."""
    run = publish_one(memory / "reports")

    def iterdir(path):
        raise PermissionError(errno.EACCES, "Permission denied", str(path))

    monkeypatch.setattr(Path, "iterdir", iterdir)
    assert main([str(run)]) == 2
    assert capsys.readouterr().err == f"{memory / 'reports'} cannot be read: Permission denied.\n"
