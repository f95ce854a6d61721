"""Random harm done to a reports folder, and a plain copy of it made afterwards."""

import hashlib
import json
import random
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

from privacy_audit.verify import LATEST, MANIFEST, canonical, sealed


def _files(reports: Path) -> list[Path]:
    return sorted(path for path in reports.rglob("*") if path.is_file() and not path.name.startswith("."))


def _runs(reports: Path) -> list[Path]:
    return sorted(reports.glob("20*/run-*"))


def flip_a_bit(reports: Path, dice: random.Random) -> str:
    """Turn one bit of any file round, manifests and LATEST among them."""
    path = dice.choice(_files(reports))
    content = bytearray(path.read_bytes())
    content[dice.randrange(len(content))] ^= 1 << dice.randrange(8)
    path.write_bytes(content)
    return f"bit of {path}"


def cut(reports: Path, dice: random.Random) -> str:
    """Cut the end off a file."""
    path = dice.choice(_files(reports))
    path.write_bytes(path.read_bytes()[: -dice.randint(1, 50)])
    return f"cut {path}"


def save_again(reports: Path, dice: random.Random) -> str:
    """Save a text as another program would: with a byte order mark, other line ends, or one line more."""
    path = dice.choice([each for each in _files(reports) if each.suffix in {".json", ".html", ""}])
    content = path.read_bytes()
    changed = dice.choice([b"\xef\xbb\xbf" + content, content.replace(b"\n", b"\r\n"), content + b"\n"])
    path.write_bytes(changed if changed != content else content + b"\r\n")
    return f"saved again {path}"


def remove(reports: Path, dice: random.Random) -> str:
    """Remove a file."""
    path = dice.choice(_files(reports))
    path.unlink()
    return f"removed {path}"


def add(reports: Path, dice: random.Random) -> str:
    """Add a file, a hidden file, an empty folder, or something beside the runs."""
    run = dice.choice(_runs(reports))
    place = dice.choice([run / "note.txt", run / ".hidden", run / "inputs" / "actions.csv", run.parent / "run-1"])
    place.parent.mkdir(exist_ok=True)
    place.write_bytes(b"") if dice.random() < 0.7 else place.mkdir()
    return f"added {place}"


def rename(reports: Path, dice: random.Random) -> str:
    """Give a file, a run or a quarter another name."""
    path = dice.choice([*_files(reports), *_runs(reports), *sorted(reports.glob("20*"))])
    names = ["run-07", "copy"] if path.name.startswith("run-") else ["2024-Q1", path.name + "~"]
    name = dice.choice(names)
    path.rename(path.with_name(name))
    return f"renamed {path} to {name}"


def swap_files(reports: Path, dice: random.Random) -> str:
    """Swap a file between two runs."""
    one, two = dice.sample(_runs(reports), 2)
    name = dice.choice(["findings.json", "audit.html", "audit.xlsx", MANIFEST])
    kept = (one / name).read_bytes()
    (one / name).write_bytes((two / name).read_bytes())
    (two / name).write_bytes(kept)
    return f"swapped {name} of {one} and {two}"


def swap_runs(reports: Path, dice: random.Random) -> str:
    """Swap two whole runs."""
    one, two = dice.sample(_runs(reports), 2)
    one.rename(reports / "aside")
    two.rename(one)
    (reports / "aside").rename(two)
    return f"swapped {one} and {two}"


def take_away(reports: Path, dice: random.Random) -> str:
    """Take a run away: from the middle, the first or the newest."""
    run = dice.choice(_runs(reports))
    shutil.rmtree(run)
    return f"took away {run}"


def take_the_files_away(reports: Path, dice: random.Random) -> str:
    """Take everything of a run away but its manifest."""
    run = dice.choice(_runs(reports))
    for path in _files(run):
        if path.name != MANIFEST:
            path.unlink()
    return f"took the files of {run}"


def bring_back_an_older_run(reports: Path, dice: random.Random) -> str:
    """Put a copy of one run in the place of another."""
    one, two = dice.sample(_runs(reports), 2)
    shutil.rmtree(one)
    shutil.copytree(two, one)
    return f"{two} stands for {one}"


def re_date(reports: Path, dice: random.Random) -> str:
    """Change a day in a manifest, by hand, or so that the manifest fits itself again."""
    path = dice.choice(_runs(reports)) / MANIFEST
    content = json.loads(path.read_bytes())
    content["predicate"]["issued_on"] = "2026-10-01"
    path.write_bytes(canonical(dice.choice([content, sealed(content)])))
    return f"re-dated {path}"


def rewrite(reports: Path, dice: random.Random) -> str:
    """Drop a finding, and make the manifest, its seal and all hashes in the run fit again."""
    run = dice.choice(_runs(reports))
    rewritten(run)
    return f"rewrote {run}"


def rewritten(run: Path) -> None:
    """Drop a finding and make the whole run fit itself again, as somebody who knows this program could."""
    old = json.loads((run / "findings.json").read_bytes())
    old["findings"] = [each for each in old["findings"] if each["id"] != "4e3d2c1b0a"][
        : max(1, len(old["findings"]) - 1)
    ]
    kept = {each["id"] for each in old["findings"]}
    for task in old["tasks"]:
        task["findings"] = [each for each in task["findings"] if each in kept]
    (run / "findings.json").write_bytes(canonical(old))
    manifest = json.loads((run / MANIFEST).read_bytes())
    was = manifest["predicate"]["results"]
    now = hashlib.sha256((run / "findings.json").read_bytes()).hexdigest()
    for name in ("audit.html", "audit.ipynb"):
        (run / name).write_bytes((run / name).read_bytes().replace(was[:16].encode(), now[:16].encode()))
    with zipfile.ZipFile(run / "audit.xlsx") as book:
        parts = {name: book.read(name).replace(was[:16].encode(), now[:16].encode()) for name in book.namelist()}
    with zipfile.ZipFile(run / "audit.xlsx", "w") as book:
        for name, content in parts.items():
            book.writestr(name, content)
    manifest["predicate"]["results"] = now
    for each in manifest["subject"]:
        each["digest"]["sha256"] = hashlib.sha256((run / each["name"]).read_bytes()).hexdigest()
    (run / MANIFEST).write_bytes(canonical(sealed(manifest)))


def twice_the_same_key(reports: Path, dice: random.Random) -> str:
    """Say something twice in a manifest: readers differ in which they believe."""
    path = dice.choice(_runs(reports)) / MANIFEST
    text = path.read_text(encoding="utf-8")
    line = dice.choice([each for each in text.splitlines() if each.rstrip(",").endswith('"') and ": " in each])
    path.write_text(text.replace(line, line.rstrip(",") + ",\n" + line, 1), encoding="utf-8")
    return f"twice {line.strip()} in {path}"


def link(reports: Path, dice: random.Random) -> str:
    """Put a link to the very same content in the place of a file."""
    path = dice.choice([each for each in _files(reports) if each.name != LATEST])
    elsewhere = reports.parent / "elsewhere"
    elsewhere.write_bytes(path.read_bytes())
    path.unlink()
    path.symlink_to(elsewhere)
    return f"link for {path}"


def point_back(reports: Path, dice: random.Random) -> str:
    """Take the newest run away and let LATEST name something else that is not there, or nothing."""
    newest = (reports / LATEST).read_text().split()[0]
    shutil.rmtree(reports / newest)
    (reports / LATEST).write_text(dice.choice(["", "2026-Q2/run-01\n", f"2027-Q1/run-01 {'0' * 64}\n"]))
    return "pointed LATEST elsewhere"


HARMS: tuple[Callable[[Path, random.Random], str], ...] = (
    flip_a_bit,
    cut,
    save_again,
    remove,
    add,
    rename,
    swap_files,
    swap_runs,
    take_away,
    take_the_files_away,
    bring_back_an_older_run,
    re_date,
    rewrite,
    twice_the_same_key,
    link,
    point_back,
)
