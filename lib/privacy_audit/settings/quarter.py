"""The contents of quarter.toml: what the firm says about a quarter's exports."""

from collections.abc import Collection, Mapping
from datetime import date
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from privacy_audit.errors import SettingsError, nearest
from privacy_audit.settings.firm import EXPECTED, Declaration, FirmFacts
from privacy_audit.settings.toml import checked, load_toml

ABOUT = "quarter.toml"
# What people write where no filter was used.
NOTHING = frozenset({"", "no", "none", "nothing", "all", "no filter", "no filters"})


class Expected(BaseModel):
    """Totals that the firm read elsewhere about a register: rows, different records, and sums of columns by header.

    None means that the firm gives no number.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    rows: int | None = Field(None, ge=0)
    records: int | None = Field(None, ge=0)
    sums: Mapping[str, str | int | float] = {}
    read_from: str = ""


class Extract(BaseModel):
    """When and by whom a register was exported, what was left out, and what it should add up to.

    `date_order` is the order of dates in this quarter's files; it overrides the mapping unless it is blank.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    extracted_on: date = Field(ge=date(2018, 5, 25), le=date(2099, 12, 31))
    by: str = ""
    filters: str = ""
    date_order: Literal["", "DMY", "MDY", "YMD"] = ""
    expected: Expected = Expected()

    @property
    def filtered(self) -> bool:
        """Whether the export holds only a part of the register."""
        return self.filters.strip().rstrip(".").casefold() not in NOTHING


class About(BaseModel):
    """What the firm says about this quarter's exports, and about itself as it was then.

    `files` gives by file the mappings that it is read with; `declared` are the declarations for this quarter.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    fictional: bool = False
    facts: FirmFacts = FirmFacts()
    extracts: Mapping[str, Extract] = {}
    files: Mapping[str, tuple[str, ...]] = {}
    declared: tuple[Declaration, ...] = Field((), strict=False)

    def check(self, files: Collection[str], mappings: Collection[str]) -> None:
        """Raise SettingsError where [files] names a file or a mapping that does not exist."""
        for file, chosen in self.files.items():
            if file not in files:
                raise SettingsError(f"{ABOUT}: there is no file “{file}” beside it.{nearest(file, files)}")
            for name in chosen:
                if name not in mappings:
                    raise SettingsError(f"{ABOUT}: {file}: there is no mapping “{name}”.{nearest(name, mappings)}")


def read_about(folder: Path) -> About:
    """Return the contents of quarter.toml, the defaults without the file; raise SettingsError where it is wrong."""
    path = folder / ABOUT
    content: dict[str, Any] = load_toml(path) if path.exists() else {}
    about = checked(content, About, ABOUT)
    unknown = sorted(about.extracts.keys() - set(EXPECTED))
    if unknown:
        raise SettingsError(f"{ABOUT}: there is no register “{unknown[0]}”.{nearest(unknown[0], EXPECTED)}")
    return about
