"""The chain of runs: each manifest names the one before by its hash, and LATEST names the newest."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from privacy_audit.verify.seal import LATEST, LINK, MANIFEST, QUARTER, RUN, DamagedError, Report, read_manifest, sha256


@dataclass(frozen=True)
class Link:
    """A run as another names it: its place and the hash of its manifest."""

    run: str
    manifest: str

    def line(self) -> str:
        """Return the link as LATEST holds it."""
        return f"{self.run} {self.manifest}\n"


@dataclass(frozen=True)
class Published:
    """A manifest as it stands in a reports folder, and the link it makes to the run before (None: the first)."""

    link: Link
    before: Link | None
    content: Mapping[str, Any]


def latest(reports: Path) -> Link | None:
    """Return what LATEST says, or None where it is missing; raise DamagedError where it says nothing of the kind."""
    try:
        found = LINK.fullmatch((reports / LATEST).read_bytes().decode("ascii", errors="replace"))
    except FileNotFoundError:
        return None
    except OSError:
        raise DamagedError(f"{LATEST} cannot be read.") from None
    if not found:
        raise DamagedError(f"{LATEST} is damaged.")
    return Link(*found.groups())


def places(reports: Path) -> Iterator[str]:
    """Yield every name under which a run may stand in a reports folder, oldest quarter first."""
    for home in sorted(reports.iterdir()):
        if QUARTER.fullmatch(home.name) and home.is_dir():
            yield from (f"{home.name}/{each.name}" for each in sorted(home.iterdir(), key=_number))


def _number(path: Path) -> tuple[int, str]:
    return int(path.name[4:]) if RUN.fullmatch(path.name) else 0, path.name


def published(reports: Path, run: str) -> Published | None:
    """Return the manifest of a run, or None where it stands no more; raise DamagedError where it is none."""
    try:
        raw = (reports / run / MANIFEST).read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError:
        raise DamagedError("it cannot be read") from None
    content = read_manifest(raw)
    before = content["predicate"]["previous"]
    link = Link(before["run"], before["manifest"]) if before else None
    return Published(Link(run, sha256(raw)), link, content)


def readable(reports: Path) -> dict[str, Published]:
    """Return the runs whose manifests can be read, by place."""
    found = {}
    for run in places(reports):
        try:
            each = published(reports, run)
        except DamagedError:
            continue
        if each:
            found[run] = each
    return found


def newest(runs: Mapping[str, Published], head: Link | None) -> Link | None:
    """Return the newest run: from LATEST onward, as long as one run follows; a kill may have come before LATEST."""
    seen = set[Link | None]()
    while head not in seen:
        seen.add(head)
        after = [each.link for each in runs.values() if each.before == head and each.link not in seen]
        if len(after) == 1:
            head = after[0]
    return head


def newest_run(reports: Path) -> str | None:
    """Return the place of the newest run, as LATEST and the manifests tell it; None where there is no run."""
    try:
        head = latest(reports)
    except DamagedError:
        head = None
    runs = readable(reports) if reports.is_dir() else {}
    link = newest(runs, head)
    return link.run if link else next(reversed(runs), None)


def check_chain(reports: Path) -> tuple[Report, list[str]]:
    """Follow the chain from the newest run to the first; return what is wrong and the runs on it, newest first."""
    report, walked = Report(), list[str]()
    try:
        head = latest(reports)
    except DamagedError as error:
        report.wrong.append(str(error))
        return report, walked
    runs = readable(reports)
    if head is None:
        report.unknown.append(f"{LATEST} is missing, so nobody can tell whether a newer run was taken away.")
    link: Link | None = newest(runs, head)
    whole, by = True, LATEST
    while link and link.run not in walked:
        try:
            each = published(reports, link.run)
        except DamagedError as error:
            report.wrong.append(f"{link.run}: {MANIFEST} is damaged: {error}.")
            whole = False
            break
        if each is None:
            report.unknown.append(f"{link.run}, named by {by}, is not here: the chain cannot be followed further back.")
            whole = False
            break
        if each.link != link:
            report.wrong.append(f"{link.run}: its manifest is not the one that {by} names.")
        if each.content["predicate"]["run"] != link.run:
            report.wrong.append(f"{link.run}: its manifest is that of {each.content['predicate']['run']}.")
        walked.append(link.run)
        by, link = link.run, each.before
    if link and link.run in walked:
        report.wrong.append(f"{link.run} is named as the run before twice.")
    if whole and not report.wrong:
        report.wrong += [f"{run} stands beside the chain." for run in places(reports) if run not in walked]
    return report, walked
