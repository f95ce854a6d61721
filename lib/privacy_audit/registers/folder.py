"""A quarter's folder of exports into registers: every file is read, or named with the reason why not."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from privacy_audit.errors import InputError, UnknownExportError, UsageError
from privacy_audit.policy import Declaration, checked, load_toml
from privacy_audit.registers.mapping import Export, recognise
from privacy_audit.registers.reading import Reading, read_rows
from privacy_audit.registers.receipt import Receipt, Repair
from privacy_audit.registers.register import Register, build
from privacy_audit.registers.schema import Schema
from privacy_audit.registers.source import CSV_KINDS, WORKBOOK_KINDS, read_sheets, sha256_of
from privacy_audit.registers.values import Countries

ABOUT = "quarter.toml"
UNKNOWN = "unknown"
TABLES = CSV_KINDS + WORKBOOK_KINDS


class Extract(BaseModel):
    """When and by whom a register was exported."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    extracted_on: date
    by: str = ""
    filters: str = ""


class About(BaseModel):
    """quarter.toml: what the firm says about this quarter's exports."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    fictional: bool = False
    extracts: Mapping[str, Extract] = {}
    declared: tuple[Declaration, ...] = Field((), strict=False)


@dataclass(frozen=True)
class Folder:
    """All that was found: readings by register, receipts of files that could not be read, other files."""

    about: About
    readings: Mapping[str, list[Reading]]
    refused: tuple[Receipt, ...]
    others: tuple[str, ...]

    @property
    def receipts(self) -> tuple[Receipt, ...]:
        """The receipts of everything that was read or refused."""
        return (*(each.receipt for readings in self.readings.values() for each in readings), *self.refused)

    def register(self, schema: Schema, declared_none: Collection[str]) -> Register | None:
        """Return the register, or None when no file of it could be read."""
        readings = self.readings.get(schema.name, [])
        if not readings:
            return None
        return build(schema, readings, declared_none, tuple(self._missing_parts(readings, schema.name)))

    def _missing_parts(self, readings: Iterable[Reading], register: str) -> Iterable[str]:
        files = {(each.layout.export.name, part): each for each in readings for part in each.layout.export.parts}
        for export, part in sorted(files):
            names = [each.receipt.file for each in readings if each.layout.export.name == export]
            if not any(name.casefold().startswith(part) for name in names):
                yield f"the {export} file whose name starts “{part}” is missing"
        for receipt in self.refused:
            if receipt.register in {"", register}:
                yield "a file could not be read; its receipt says why"


def read_folder(
    folder: Path, schemas: Mapping[str, Schema], exports: Mapping[str, Export], countries: Countries
) -> Folder:
    """Read every table in the folder; raise UsageError when there is no such folder."""
    if not folder.is_dir():
        message = (
            f"There is no folder {folder}. Hint: put the quarter's exports there, or name another with --registers."
        )
        raise UsageError(message)
    about = read_about(folder)
    readings: dict[str, list[Reading]] = {}
    refused, others = [], []
    for path in sorted(folder.iterdir()):
        if path.name == ABOUT or path.name.startswith((".", "~$")):
            continue
        if path.suffix.lower() not in TABLES or not path.is_file():
            others.append(path.name)
            continue
        try:
            for reading in read_file(path, schemas, exports.values(), countries):
                extract = about.extracts.get(reading.receipt.register)
                reading.receipt.extracted_on = extract.extracted_on if extract else None
                readings.setdefault(reading.receipt.register, []).append(reading)
        except UnknownExportError as error:
            refused.append(Receipt(error.register or UNKNOWN, path.name, "", sha256_of(path), error=str(error)))
        except InputError as error:
            refused.append(Receipt("", path.name, "", sha256_of(path), error=str(error)))
    return Folder(about, readings, tuple(refused), tuple(others))


def read_about(folder: Path) -> About:
    """Read quarter.toml; a folder without one says nothing about itself."""
    path = folder / ABOUT
    content: dict[str, Any] = load_toml(path) if path.exists() else {}
    return checked(content, About, ABOUT)


def read_file(
    path: Path, schemas: Mapping[str, Schema], exports: Iterable[Export], countries: Countries
) -> list[Reading]:
    """Read one file, hashed before and after; raise InputError when it cannot be read or changes meanwhile."""
    before = sha256_of(path)
    sheets = read_sheets(path)
    exports = list(exports)
    readings, errors = [], []
    for sheet in sheets:
        try:
            layout = recognise(sheet, exports)
        except InputError as error:
            errors.append(error)
            continue
        schema = schemas[layout.export.register_name]
        readings.append(read_rows(sheet, layout, schema, countries, before))
    if not readings:
        raise errors[0] if errors else InputError(sheets[0].place(), "There is no visible sheet.", "Unhide it.")
    left_out = [Repair(None, "", f"The sheet “{each.place.sheet}” was left out: {each.what}") for each in errors]
    readings[0].receipt.repairs += left_out
    if sha256_of(path) != before:
        raise InputError(sheets[0].place(), "The file changed while it was read.", "Run the audit again.")
    return readings
