"""Whatever happens while a run is published, nobody ever sees half of one, and the next run succeeds."""

import errno
import os
import resource
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from faults.prepared import copied, four_quarters, needs, publish_one
from privacy_audit.errors import AuditError, BusyError, PublishError, as_audit_error
from privacy_audit.request import ROOT
from privacy_audit.runs.publish import STAGING, _host, again, busy, locked, staging, write
from privacy_audit.verify import check_all

WATCHED = ("open", "mkdir", "fsync", "rename", "replace", "chmod", "unlink", "rmdir", "close")
HARMLESS = AuditError("a folder that is there need not be made")


def in_child(work) -> int:
    """Run something in a process of its own; return how it ended, as waitpid tells it."""
    child = os.fork()
    if child == 0:
        try:
            work()
            os._exit(0)
        except AuditError:
            os._exit(7)
        except BaseException:  # noqa: BLE001 - the test looks at the number alone
            os._exit(8)
    return os.waitpid(child, 0)[1]


def killed_at(number: int, reports: Path) -> bool:
    """Publish in a child that is killed just before its nth call to the operating system; false if it had fewer."""

    def work():
        calls = 0

        def watched(name):
            original = getattr(os, name)

            def call(*arguments, **named):
                nonlocal calls
                calls += 1
                if calls == number:
                    os.kill(os.getpid(), signal.SIGKILL)
                return original(*arguments, **named)

            return call

        for name in WATCHED:
            setattr(os, name, watched(name))
        publish_one(reports, note="new")

    return os.WIFSIGNALED(in_child(work))


def whole(reports: Path, runs: int) -> None:
    """Nothing there is wrong, whatever may be missing; and the next run succeeds and leaves all as it should be."""
    before = check_all(reports)
    assert before.wrong == []
    published = list(reports.glob("20*/run-*"))
    assert len(published) in {runs, runs + 1}
    assert all((run / "manifest.json").is_file() for run in published)
    publish_one(reports, note="next")
    after = check_all(reports)
    assert (after.wrong, after.unknown) == ([], [])
    assert len(list(reports.glob("20*/run-*"))) == len(published) + 1
    assert not list(reports.glob(f"{STAGING}*"))


@pytest.mark.slow
def test_killed_before_any_call_a_run_is_there_whole_or_not_at_all(memory):
    """Killed before its first, second, third … call: the old runs stand, LATEST heals, the next run succeeds."""
    four_quarters(memory / "reports")
    points, after = 0, 0
    while killed_at(points + 1, reports := copied(memory / "reports", memory / "killed")):
        points += 1
        after += len(list(reports.glob("20*/run-*"))) == 6
        whole(reports, 5)
    assert points >= 30
    assert 0 < after < points, "some deaths come before the run takes its place, some after"


@pytest.mark.slow
def test_killed_in_its_very_first_run_a_firm_can_run_again(memory):
    """The same for an empty reports folder."""
    points = 0
    while killed_at(points + 1, reports := memory / str(points)):
        points += 1
        publish_one(reports, note="next")
        assert check_all(reports).exit_code == 0
    assert points >= 30


@pytest.mark.slow
@pytest.mark.parametrize("what", [errno.ENOSPC, errno.EIO, errno.EROFS])
def test_a_call_that_fails_ends_in_one_line_and_publishes_nothing_half(what, memory, monkeypatch):
    """Every call to the operating system fails in turn, as on a full, broken or read-only disk."""
    four_quarters(memory / "reports")
    points = 0
    for name in ("open", "mkdir", "fsync", "rename", "replace", "chmod"):
        number = 0
        while True:
            reports = copied(memory / "reports", memory / "copy")
            number += 1
            failed = fails_at(name, number, what, reports, monkeypatch)
            if failed is None:
                break
            points += 1
            whole(reports, 6 if failed is HARMLESS else 5)
            if failed is HARMLESS:
                continue
            assert len(str(failed).splitlines()) == 1
            assert "Error" not in str(failed)
            assert failed.exit_code == 3
    assert points >= 20


def fails_at(name, number, what, reports, monkeypatch):
    """Publish while the nth call of one kind fails.

    Return what is said; HARMLESS when the run was published all the same; None when there was no nth call.
    """
    original, calls = getattr(os, name), 0

    def call(*arguments, **named):
        nonlocal calls
        calls += 1
        if calls == number:
            raise OSError(what, os.strerror(what), str(arguments[0]))
        return original(*arguments, **named)

    with monkeypatch.context() as patch:
        patch.setattr(os, name, call)
        try:
            publish_one(reports, note="new")
        except Exception as error:  # noqa: BLE001 - the command says every failure so
            return as_audit_error(error)
    return HARMLESS if calls >= number else None


@pytest.mark.parametrize("harm", ["garbage", "folder"])
def test_a_latest_that_names_nothing_is_told_before_any_work(harm, memory):
    """Without a run to mend it by nobody knows what was published here: one line that says what to do."""
    path = memory / "LATEST"
    path.mkdir() if harm == "folder" else path.write_bytes(b"\xff\xfe")
    with pytest.raises(PublishError, match=r"LATEST .*Hint: ") as refused, locked(memory):
        pytest.fail("the work had begun")
    assert len(str(refused.value).splitlines()) == 1
    path.rmdir() if harm == "folder" else path.unlink()
    publish_one(memory)
    path.write_bytes(b"\xff\xfe")
    publish_one(memory)
    assert check_all(memory).exit_code == 0, "with a run it is mended"


def test_a_run_that_has_its_place_is_published_though_latest_could_not_follow(memory, monkeypatch):
    """On a disk that is full by then the run stands, that is said, and the next one mends LATEST."""
    first = publish_one(memory, note="a")
    assert not any("LATEST" in each for each in again(first))

    def full(*arguments):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(arguments[0]))

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", full)
        second = publish_one(memory, note="b")
    assert "2026-Q3/run-02 was published; LATEST follows with the next run." in again(second)
    assert check_all(memory).exit_code == 0
    third = publish_one(memory, note="c")
    assert (memory / "LATEST").read_text().startswith("2026-Q3/run-03 ")
    assert not any("LATEST" in each for each in again(third))


def test_no_file_may_grow_and_nothing_half_is_published(memory):
    """With room for 0, 64, 128 … kB in a file, a run is there whole or not at all."""
    four_quarters(memory / "reports")
    room, done = 0, False
    while not done:
        reports = copied(memory / "reports", memory / "copy")

        def work(room=room, reports=reports):
            resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))
            publish_one(reports, note="new", large=True)

        done = in_child(work) == 0
        room += 64 * 1024
        if not done:
            whole(reports, 5)
    assert room > 4 * 64 * 1024


def test_of_eight_runs_at_once_one_publishes_and_seven_are_told(memory):
    """Seven get “another run is in progress” (75) and write nothing."""
    go, wait = os.pipe(), os.pipe()
    children = []
    for _ in range(8):
        child = os.fork()
        if child == 0:
            os.close(wait[1])
            os.read(go[0], 1)
            try:
                with locked(memory), staging(memory):
                    os.read(wait[0], 1)  # until the test has seen the seven end
                publish_one(memory)
                os._exit(0)
            except BusyError as error:
                os._exit(error.exit_code)
            except BaseException:  # noqa: BLE001
                os._exit(99)
        children.append(child)
    os.write(go[1], b"8" * 8)
    ended = [os.waitstatus_to_exitcode(os.wait()[1]) for _ in range(7)]
    os.close(wait[1])
    ended.append(os.waitstatus_to_exitcode(os.wait()[1]))
    assert sorted(ended) == [0] + [75] * 7
    assert check_all(memory).exit_code == 0
    assert len(list(memory.glob("20*/run-*"))) == 1


def test_a_leftover_is_cleared_only_when_its_run_is_surely_dead(memory):
    """Folders in use, of another machine or of another kind stay; those of a dead run go, with their locks."""
    left = {
        "dead": f"{STAGING}{_host()}-1234567",
        "elsewhere": f"{STAGING}another-1234567",
        "strange": f"{STAGING}notes",
    }
    for name in left.values():
        write(memory / name, "audit.html", b"half")
    with busy(memory / left["dead"]), locked(memory):
        assert (memory / left["dead"]).exists(), "its notebook may still be writing"
    with locked(memory):
        there = {kind for kind, name in left.items() if (memory / name).exists()}
    assert there == {"elsewhere", "strange"}
    assert not list(memory.glob(f"{STAGING}*.lock"))


def test_a_second_run_of_a_quarter_is_a_run_of_its_own_and_says_so(memory):
    """The first stays as it was; the second names it, and tells whether it found the same."""
    first = publish_one(memory, note="a")
    before = {path: path.read_bytes() for path in first.rglob("*") if path.is_file()}
    second, third = publish_one(memory, note="a"), publish_one(memory, note="b")
    assert [run.name for run in (first, second, third)] == ["run-01", "run-02", "run-03"]
    assert before == {path: path.read_bytes() for path in first.rglob("*") if path.is_file()}
    assert again(first) != []
    assert "found the same" in again(second)[0]
    assert all("found something else" in each for each in again(third))
    assert "another run of the same quarter" in "\n".join(check_all_of(second))


def check_all_of(run: Path) -> list[str]:
    from privacy_audit.verify import check  # noqa: PLC0415

    return list(check(run).lines())


def test_no_number_is_given_twice(memory):
    """Where the newest run was taken away, the next one gets a new number and still names it."""
    import shutil  # noqa: PLC0415

    publish_one(memory)
    shutil.rmtree(publish_one(memory))
    assert publish_one(memory).name == "run-03"
    assert "2026-Q3/run-02, named by 2026-Q3/run-03, is not here" in check_all(memory).unknown[0]


def test_everything_is_for_the_owner_alone(memory):
    """Files 0600, folders 0700, whatever the umask; and git is told to leave the reports alone."""
    before = os.umask(0)
    try:
        publish_one(memory / "reports")
    finally:
        os.umask(before)
    modes = {path: stat.S_IMODE(path.stat().st_mode) for path in [memory / "reports", *(memory).rglob("*")]}
    assert {mode for path, mode in modes.items() if path.is_dir()} == {0o700}
    assert {mode for path, mode in modes.items() if path.is_file()} == {0o600}
    assert (memory / "reports" / ".gitignore").read_text() == "*\n"


@pytest.mark.parametrize("reports", ["/proc/none/reports", __file__, "/dev/null/reports"])
def test_a_folder_that_cannot_be_is_one_line_before_any_work(reports):
    """Missing, not a folder, or not writable."""
    with pytest.raises(PublishError, match="Hint: name another folder"), locked(Path(reports)):
        pass


def test_what_does_not_add_up_or_cannot_be_opened_is_not_published(memory, monkeypatch):
    """Sums that do not close, a page without its results, a workbook that does not open, a link."""
    from faults import prepared  # noqa: PLC0415

    original = prepared.stage
    harms = {
        "The rows of RET-01 do not add up": lambda f: swap(f, "findings.json", b'"kept": 5', b'"kept": 6'),
        "does not print the results hash": lambda f: (f / "audit.html").write_bytes(b"<p>Fine.</p>"),
        "cannot be opened": lambda f: (f / "audit.xlsx").write_bytes(b"PK nonsense"),
        "is a link": lambda f: (f / "more.html").symlink_to("/etc/passwd"),
    }
    for message, harm in harms.items():

        def staged(folder, content, harm=harm, **_):
            original(folder, content)
            harm(folder)

        monkeypatch.setattr(prepared, "stage", staged)
        if "add up" in message:
            bad = prepared.findings("2026-Q3").replace(b'"kept": 5', b'"kept": 6')
            monkeypatch.setattr(prepared, "findings", lambda *_, bad=bad: bad)
        with pytest.raises(PublishError, match=message):
            publish_one(memory / "reports")
        assert not list((memory / "reports").glob("20*")), message
        assert not list((memory / "reports").glob(f"{STAGING}*"))
        if "add up" in message:
            monkeypatch.undo()


def swap(folder: Path, name: str, old: bytes, new: bytes) -> None:
    (folder / name).write_bytes((folder / name).read_bytes().replace(old, new))


PUBLISH = (
    "import sys; from pathlib import Path; from faults.prepared import publish_one; publish_one(Path(sys.argv[1]))"
)
KINDS = ("openat", "mkdir", "write", "fsync", "flock", "rename", "chmod", "unlink", "close", "newfstatat")


def traced(reports: Path, *options: str) -> subprocess.CompletedProcess:
    """Publish one run in a process of its own under strace."""
    program = ["strace", "-qq", *options, sys.executable, "-c", PUBLISH, str(reports)]
    environment = os.environ | {"PYTHONPATH": f"{ROOT / 'lib'}{os.pathsep}{ROOT / 'tests'}", "PYTHONHASHSEED": "0"}
    return subprocess.run(program, capture_output=True, text=True, env=environment, check=False)


@pytest.mark.proof
def test_killed_by_the_kernel_at_any_system_call_a_run_is_there_whole_or_not_at_all(memory):
    """The same with real system calls: strace kills the process at each of them, from the lock to the end."""
    needs("strace")
    four_quarters(memory / "reports")
    reports, log = copied(memory / "reports", memory / "killed"), memory / "trace"
    assert traced(reports, "-o", str(log), "-e", f"trace={','.join(KINDS)}").returncode == 0
    lines = log.read_text().splitlines()
    first = next(number for number, line in enumerate(lines) if "/killed/.lock" in line)
    points = 0
    for kind in KINDS:
        before = sum(line.startswith(f"{kind}(") for line in lines[:first])
        for number in range(before + 1, before + 1 + sum(line.startswith(f"{kind}(") for line in lines[first:])):
            reports = copied(memory / "reports", memory / "killed")
            option = f"inject={kind}:signal=SIGKILL:when={number}"
            if traced(reports, "-o", str(log), "-e", f"trace={kind}", "-e", option).returncode == 0:
                continue
            points += 1
            whole(reports, 5)
    assert points >= 30
    print(f"{points} system calls killed; 0 runs half-published")  # noqa: T201
