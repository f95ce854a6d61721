"""What was asked for: which firm, which quarter, which folder of exports, as at which day."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from privacy_audit.dates import Quarter, parse_iso
from privacy_audit.errors import UsageError

ROOT = Path(__file__).resolve().parents[2]
ENGINE_NAMES = ("arrow", "pandas", "polars")
ENGINE = ENGINE_NAMES[0]  # all find the same; this one needs no copy of the registers and no library of its own


@dataclass(frozen=True)
class Request:
    """What was asked for: folders and days, all checked.

    `saved_inputs` is the folder in which a published run saved the past and the waivers it was made with; None where
    no run is repeated.
    """

    firm: Path
    quarter: Quarter
    registers: Path
    as_at: date
    issued_on: date | None
    example: bool
    saved_inputs: Path | None = None

    @property
    def home(self) -> Path:
        """Where the firm keeps its key, waivers and history; the example has its own, beside its exports."""
        return self.firm / "example" if self.example else self.firm

    @classmethod
    def of(
        cls, *, firm: str = "", quarter: str = "", registers: str = "", as_at: str = "", issued_on: str = ""
    ) -> "Request":
        """Check the parameters; relative folders start at the project's root; raise UsageError in words."""
        folder = cls.folder(firm)
        asked = Quarter.parse(quarter) if quarter else _newest(folder / "example")
        exports, example = _exports(folder, asked, registers)
        day = parse_iso(as_at, "as_at") if as_at else asked.last
        if not asked.first <= day <= asked.last:
            message = f"as_at {day} lies outside {asked}. Hint: leave it out to audit as at {asked.last}."
            raise UsageError(message)
        issued = parse_iso(issued_on, "issued_on") if issued_on else None
        if issued and issued < day:
            message = f"issued_on {issued} lies before the day of the audit, {day}. Hint: a report follows its quarter."
            raise UsageError(message)
        return cls(folder, asked, exports, day, issued, example)

    def beside(self) -> list["Request"]:
        """Return the requests for the quarters whose exports lie beside this one's, oldest first, with this one."""
        folders = sorted(self.registers.parent.glob("20??-Q[1-4]")) if self._is_named_by_quarter else []
        asked = [(Quarter.parse(path.name), path) for path in folders if path.is_dir()]
        others = [
            Request(self.firm, quarter, path, quarter.last, None, self.example)
            for quarter, path in asked
            if quarter != self.quarter
        ]
        return sorted([*others, self], key=lambda each: each.quarter.first)

    @property
    def _is_named_by_quarter(self) -> bool:
        return self.registers.name == str(self.quarter)

    @staticmethod
    def folder(firm: str) -> Path:
        """Return the firm's folder; raise UsageError when it holds no policy."""
        folder = ROOT / (firm or "data")
        if not (folder / "policy").is_dir():
            message = f"{folder} holds no policy folder. Hint: --firm names a folder with policy/ and registers/."
            raise UsageError(message)
        return folder


def _newest(example: Path) -> Quarter:
    quarters = sorted(path.name for path in example.glob("20??-Q?"))
    if not quarters:
        raise UsageError("Which quarter? Hint: --quarter 2026-Q3, with the exports in registers/2026-Q3.")
    return Quarter.parse(quarters[-1])


def _exports(firm: Path, quarter: Quarter, registers: str) -> tuple[Path, bool]:
    """Return the folder of exports: the one named, the firm's own, or the example's where the firm has none.

    And whether they are the example's: made up, wherever they lie, so that its key, waivers and history are theirs.
    """
    if registers:
        from privacy_audit.settings.quarter import read_about  # noqa: PLC0415 - a run starts without what reads files

        folder = ROOT / registers
        made_up = (firm / "example").is_dir() and read_about(folder).fictional
        return folder, made_up or folder.is_relative_to(firm / "example")
    own, example = firm / "registers" / str(quarter), firm / "example" / str(quarter)
    if not own.is_dir() and example.is_dir():
        return example, True
    return own, False
