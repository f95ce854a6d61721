"""Registers that are right one by one and wrong beside each other, and folders that hold more than registers."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Together:
    """What is done to the example's folder; the controls that must not be met for it; what must be told.

    `repeats`: rows stand there twice, so that more of them are kept.
    """

    name: str
    change: Callable[[Path], object]
    not_met: tuple[str, ...] = ()
    told: str = ""
    repeats: bool = False


def line(text: str, file: str = "clients.csv") -> Callable[[Path], object]:
    """Return a change that adds a line to a file."""

    def change(folder: Path) -> None:
        path = folder / file
        content = path.read_bytes()
        path.write_bytes(content + (b"" if content.endswith(b"\n") else b"\n") + text.encode() + b"\n")

    return change


def copied(name: str, to: str) -> Callable[[Path], object]:
    return lambda folder: (folder / to).write_bytes((folder / name).read_bytes())


def removed(name: str) -> Callable[[Path], object]:
    return lambda folder: (folder / name).unlink()


def rewritten(name: str, change: Callable[[bytes], bytes]) -> Callable[[Path], object]:
    return lambda folder: (folder / name).write_bytes(change((folder / name).read_bytes()))


def added(name: str, content: bytes) -> Callable[[Path], object]:
    return lambda folder: (folder / name).write_bytes(content)


OUT = "unsubscribed_email_audience_export_9b91c232.csv"
IN = "subscribed_email_audience_export_9b91c232.csv"
TRANSFERS = b"transfer_id,importer,country,mechanism\nT-1,Nobody Ltd,IN,IDTA\n"

CASES = [
    Together("a register twice under two names", copied("clients.csv", "clients copy.csv"), told="rows stand alike in another file", repeats=True),
    Together("the audience of another list beside it", copied(IN, IN.replace("9b91c232", "zzz")), ("MKT-01",), "missing"),
    Together("those who opted out are missing", removed(OUT), ("MKT-01", "MKT-02", "MKT-04"), "unsubscribed"),
    Together("those who are still mailed are missing", removed(IN), ("MKT-01", "MKT-04"), "subscribed"),
    Together("those who opted out without a row", rewritten(OUT, lambda old: old.split(b"\n")[0] + b"\n")),
    Together("the suppliers cut off", rewritten("suppliers.xlsx", lambda old: old[: len(old) // 2]), ("PRC-01", "TRF-01"), "damaged"),
    Together("a table that nobody knows", added("things.csv", b"colour,shape\nred,round\n"), ("RET-01", "PRC-01", "MKT-01"), "things.csv"),
    Together("a picture named .csv", added("photo.csv", b"\x89PNG\r\n\x1a\n"), ("RET-01",), "picture"),
    Together("a picture beside them", added("photo.png", b"\x89PNG\r\n\x1a\n")),
    Together("what Excel leaves when it is open", added("~$suppliers.xlsx", b"x")),
    Together("a folder named like a register", lambda folder: (folder / "more.csv").mkdir()),
    Together("a link to a file that is not there", lambda folder: (folder / "more.csv").symlink_to("nowhere"), ("RET-01",), "link to nothing"),
    Together("a pipe named like a register", lambda folder: os.mkfifo(folder / "more.csv"), ("RET-01",), "no file"),
    Together("a transfer to nobody", added("transfers.csv", TRANSFERS), ("DQ-05",)),
    Together("a client without a number", line(",Nobody,x@example.com,,Former,,,,01/01/2010" + "," * 11), ("RET-01", "RET-03"), "nobody can tell"),
    Together("a client whose row is too short", line("C-9999,Nobody"), ("RET-01",), "cells"),
    Together("a client whose mark does not close", line('C-9999,"Nobody,,,Former,'), ("RET-01",), "does not close"),
    Together("an audience file under a wrong name", lambda folder: (folder / OUT).rename(folder / "audience.csv"), ("MKT-04",), "file's name"),
]  # fmt: skip
