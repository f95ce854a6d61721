"""Real runs, notebook and kernel and all, that are stopped, killed, starved or watched."""

import os
import random
import re
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest
from faults.prepared import needs
from privacy_audit.request import ROOT
from privacy_audit.runs.publish import STAGING
from privacy_audit.verify import check_all
from support.commands import command, papermill
from support.programs import lacking

BREAK = """
import privacy_audit.controls
from dataclasses import replace
from privacy_audit.controls.grammar import CONTROLS

def breaks(*_):
    {does}
    yield

CONTROLS["RET-01"] = replace(CONTROLS["RET-01"], test=breaks)
"""
FAIL_INSIDE = """
import privacy_audit.audit.result

def gather(*_):
    raise ValueError("Zebedee Quillfeather <zebedee@example.com>")

privacy_audit.audit.result.gather = gather
"""


@pytest.fixture
def place(tmp_path):
    """A reports folder, a home and a temporary folder of a test's own, and the environment that names them."""
    for name in ("home", "tmp"):
        (tmp_path / name).mkdir()
    return tmp_path, {"HOME": str(tmp_path / "home"), "TMPDIR": str(tmp_path / "tmp")}


def start(reports: Path, environment: dict, *before: str, **more) -> subprocess.Popen:
    """Start a run in a group of its own."""
    code = "from privacy_audit.cli import main; main()"
    program = [*before, sys.executable, "-c", code, "run", "--reports", str(reports)]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    return subprocess.Popen(program, env=os.environ | environment, start_new_session=True, **pipes, **more)


def sabotaged(folder: Path, code: str) -> dict:
    """Return an environment in which the kernel is started with a fault in it."""
    (folder / "sabotage").mkdir()
    (folder / "sabotage" / "sitecustomize.py").write_text(code, encoding="utf-8")
    return {"PYTHONPATH": f"{folder / 'sabotage'}{os.pathsep}{ROOT / 'lib'}"}


def still_running(reports: Path) -> list[int]:
    """Return the processes that a run of this reports folder has left behind."""
    left = []
    for each in Path("/proc").glob("[0-9]*/environ"):
        try:
            content = each.read_bytes()
        except OSError:
            continue
        if f"PRIVACY_AUDIT_STAGING={reports}".encode() in content:
            left.append(int(each.parent.name))
    return left


def nothing_left(folder: Path, reports: Path) -> None:
    """No half run, no staging folder, no kernel, an empty temporary folder."""
    deadline = time.monotonic() + 20
    while still_running(reports) and time.monotonic() < deadline:
        time.sleep(0.2)
    assert still_running(reports) == []
    assert not list(reports.glob(f"{STAGING}*"))
    assert not list(reports.glob("20*/*"))
    assert list((folder / "tmp").iterdir()) == []


def one_line(said: str, *words: str) -> None:
    assert len(said.strip().splitlines()) == 1, said
    for each in words:
        assert each in said
    assert not re.search(r"Traceback|\w+Error\b|ebedee", said)


def until(condition, seconds: float = 120) -> None:
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert condition()


@pytest.mark.slow
@pytest.mark.parametrize("sent", [signal.SIGTERM, pytest.param(signal.SIGINT, marks=pytest.mark.proof)])
def test_an_interrupted_run_ends_in_one_line_and_leaves_nothing(sent, place):
    """Stopped in the middle of the notebook: exit 3, no kernel, no staging, no half report."""
    folder, environment = place
    reports = folder / "reports"
    running = start(reports, environment)
    until(lambda: len(still_running(reports)) > 0)
    time.sleep(2)  # somewhere in the kernel's start or the first cells
    running.send_signal(sent)
    said, complained = running.communicate(timeout=60)
    assert running.returncode == 3
    assert said == ""
    one_line(complained, "Interrupted; nothing was published.")
    nothing_left(folder, reports)


@pytest.mark.slow
def test_a_kernel_that_dies_publishes_nothing(place):
    """Killed in the middle of a control, as when memory runs out: one line, exit 3; papermill's word is not taken."""
    folder, environment = place
    broken = sabotaged(folder, BREAK.format(does="import os; os.kill(os.getpid(), 9)"))
    done = command("run", "--reports", folder / "reports", **environment, **broken)
    assert done.returncode == 3
    one_line(done.stderr, "kernel died", "Hint:")
    nothing_left(folder, folder / "reports")


@pytest.mark.proof
def test_a_fault_inside_leaves_nobodys_data_in_papermills_notebook(place):
    """The caller's own notebook, which papermill keeps when a cell fails, says what failed and where, and no more."""
    folder, environment = place
    broken = sabotaged(folder, FAIL_INSIDE)
    with pytest.MonkeyPatch.context() as patch:
        for name, value in (environment | broken).items():
            patch.setenv(name, value)
        notebook, out = ROOT / "notebooks" / "audit.ipynb", folder / "out.ipynb"
        done = papermill(notebook, out, "-p", "quarter", "2026-Q3", cwd=folder, reports=str(folder / "reports"))
    assert done.returncode == 1
    everything = done.stdout + done.stderr + out.read_text(encoding="utf-8")
    assert "ebedee" not in everything
    assert "ValueError" not in everything
    assert "The audit failed inside (result.py, line " in out.read_text(encoding="utf-8")
    assert not (folder / "reports").exists()


@pytest.mark.proof
def test_a_run_needs_no_network_and_can_be_signed(place):
    """With no network at all, not even to itself: it passes, signed, and verifies."""
    folder, environment = place
    alone = ["unshare", "-n"]
    if subprocess.run([*alone, "true"], capture_output=True, check=False).returncode:
        lacking("of a run without a network", "make prove as root, on Linux")
    key = folder / "key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key], check=True)
    (folder / "signers").write_text("audit@example.co.uk " + (folder / "key.pub").read_text())
    program = [*alone, sys.executable, "-c", "from privacy_audit.cli import main; main()"]
    program += ["run", "--reports", str(folder / "reports"), "--sign", str(key)]
    done = subprocess.run(program, env=os.environ | environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    done = command("verify", "--reports", folder / "reports", "--signers", folder / "signers")
    assert (done.returncode, "Signed by audit@example.co.uk" in done.stdout) == (0, True), done.stdout


@pytest.mark.proof
def test_a_fault_inside_is_one_line_of_the_command(place):
    """Exit 3, where in the code, and nothing left behind."""
    folder, environment = place
    done = command("run", "--reports", folder / "reports", **environment, **sabotaged(folder, FAIL_INSIDE))
    assert done.returncode == 3
    one_line(done.stderr, "The audit failed inside (result.py, line ")
    nothing_left(folder, folder / "reports")


@pytest.mark.proof
def test_a_hanging_control_is_published_as_an_error(place):
    """The others stand, the run is published as incomplete (2)."""
    folder, environment = place
    limit = "import privacy_audit.audit.observe as auditing\nauditing.LIMIT_SECONDS = 5.0\n"
    broken = sabotaged(folder, BREAK.format(does="import time; time.sleep(3600)") + limit)
    done = command("run", "--reports", folder / "reports", **environment, **broken)
    assert done.returncode == 2, done.stderr
    assert "RET-01: The control could not be run: it took longer than 5 seconds" in done.stdout
    assert check_all(folder / "reports").exit_code == 0


@pytest.mark.proof
def test_twenty_real_runs_killed_at_random_leave_nothing_half_published(place):
    """Killed with or without their kernel at a random moment; the next run succeeds, and LATEST verifies."""
    folder, environment = place
    reports, dice = folder / "reports", random.Random(5)
    assert command("run", "--reports", reports, **environment).returncode == 0
    began = time.monotonic()
    assert command("run", "--reports", reports, **environment).returncode == 0
    whole, runs, published = time.monotonic() - began, 2, 0
    for number in range(20):
        running = start(reports, environment)
        time.sleep(dice.uniform(0, whole * 1.1))
        kernels = still_running(reports)
        running.kill()
        if number % 2:
            for each in kernels:
                with suppress(ProcessLookupError):
                    os.kill(each, signal.SIGKILL)
        running.communicate()
        found = check_all(reports)
        assert (found.wrong, found.unknown) == ([], []), number
        there = len(list(reports.glob("20*/run-*")))
        assert there in {runs, runs + 1}
        published += there - runs
        runs = there
        if number % 5 == 4:
            assert command("run", "--reports", reports, **environment).returncode == 0
            runs += 1
            assert check_all(reports).exit_code == 0
            assert not [each for each in reports.glob(f"{STAGING}*") if not still_running(reports)]
    assert published < 20, "at least one was killed before it was published"
    print(f"20 killed, {published} of them after they were published; {runs} runs verify")  # noqa: T201


@pytest.mark.proof
def test_of_eight_real_runs_at_once_one_publishes(place):
    """Seven end with 75 and write nothing."""
    folder, environment = place
    running = [start(folder / "reports", environment) for _ in range(8)]
    ended = sorted((each.communicate(timeout=500), each.returncode)[1] for each in running)
    assert ended == [0] + [75] * 7
    assert check_all(folder / "reports").exit_code == 0
    assert len(list((folder / "reports").glob("20*/run-*"))) == 1


def mounted(where: Path, options: str):
    """Mount a small file system in memory; fail where this machine does not allow it."""
    where.mkdir(exist_ok=True)
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", where], capture_output=True, check=False)
    if done.returncode:
        pytest.fail("Not proven on this machine: it lets nobody mount a small disk (mount -t tmpfs needs root).")


@pytest.mark.proof
@pytest.mark.parametrize(
    "options", [*(f"size={64 * step}k" for step in (1, 4, 8, 12, 16)), "nr_inodes=3", "nr_inodes=6", "ro"]
)
def test_a_real_run_on_a_full_or_read_only_disk_ends_in_one_line(options, place):
    """No space, no inodes, read-only: exit 3, one line, nothing half-published."""
    folder, environment = place
    mounted(folder / "reports", options)
    try:
        done = command("run", "--reports", folder / "reports", **environment)
        assert done.returncode == 3, done.stdout[-500:]
        one_line(done.stderr, "Hint:")
        nothing_left(folder, folder / "reports")
    finally:
        subprocess.run(["umount", folder / "reports"], check=True)


@pytest.mark.proof
def test_a_run_writes_nothing_outside_staging_reports_and_the_temporary_folder(place):
    """Every call that makes, opens to write, renames or binds is watched; the temporary folder ends empty."""
    needs("strace")
    folder, environment = place
    calls = "openat,open,creat,mkdir,mkdirat,rename,renameat,renameat2,link,linkat,symlink,symlinkat,truncate,bind"
    # A file for each process, so that no line is torn in two.
    watch = ["strace", "-ff", "-qq", "-o", str(folder / "trace"), "-e", f"trace={calls}", "-e", "signal=none"]
    running = start(folder / "reports", environment, *watch, cwd=ROOT)
    said = running.communicate(timeout=580)
    assert running.returncode == 0, said
    lines = [line for each in folder.glob("trace.*") for line in each.read_text(errors="replace").splitlines()]
    written = [line for line in lines if writes(line)]
    allowed = (str(folder / "reports"), str(folder / "tmp"), "/dev/", "/proc/")
    assert [line for line in written if not any(f'"{each}' in line for each in allowed)] == []
    assert len(written) > 20
    assert list((folder / "tmp").iterdir()) == []
    assert list((folder / "home").iterdir()) == []
    ports = [line for line in lines if line.startswith("bind(") and "AF_INET" in line]
    assert not [line for line in ports if "127.0.0.1" not in line and "::1" not in line], "no port for others"
    print(f"{len(written)} writing calls, none elsewhere")  # noqa: T201


def writes(line: str) -> bool:
    """Whether a line of a trace makes or changes a file; a call that failed changed nothing."""
    if re.search(r"= -1 E|AF_INET|AF_NETLINK", line):
        return False
    return not line.startswith("open") or bool(re.search(r"O_WRONLY|O_RDWR|O_CREAT", line))
