"""A quarter's folder of exports into registers: every file is read, or named with the reason why not."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from privacy_audit.errors import InputError, Place, SettingsError, UnknownExportError, UsageError, nearest
from privacy_audit.policy import EXPECTED, Declaration, checked, load_toml
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
OTHER_TABLES = (".xlsb", ".numbers", ".zip", ".json")


class Extract(BaseModel):
    """When and by whom a register was exported."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    extracted_on: date = Field(ge=date(2018, 5, 25), le=date(2099, 12, 31))
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
        return build(schema, readings, declared_none, self.missing(schema.name))

    def missing(self, register: str) -> tuple[str, ...]:
        """Return in words what is known to be missing from a register."""
        found = [*_missing_parts(self.readings.get(register, []))]
        blocking = [each for each in self.refused if each.register in {"", UNKNOWN, register}]
        if blocking:
            found.append("a file or sheet in the folder could not be read; its receipt says why")
        return tuple(dict.fromkeys(found))


def _missing_parts(readings: Iterable[Reading]) -> Iterable[str]:
    """Yield the parts of an export that are missing; files of one export share the rest of their name."""
    exports: dict[tuple[str, str], set[str]] = {}
    wanted = {}
    for reading in readings:
        part = reading.layout.export.part(reading.receipt.file)
        if part is not None and reading.layout.export.parts:
            rest = reading.receipt.file.casefold().removeprefix(part.starts)
            exports.setdefault((reading.layout.export.name, rest), set()).add(part.starts)
            wanted[reading.layout.export.name] = reading.layout.export.parts
    for (export, _), parts in sorted(exports.items()):
        yield from (
            f"the {export} file whose name starts “{each}” is missing" for each in wanted[export] if each not in parts
        )


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
    refused: list[Receipt] = []
    others: list[str] = []
    for path in sorted(folder.iterdir()):
        if path.name == ABOUT or path.name.startswith((".", "~$")):
            continue
        if path.suffix.lower() in OTHER_TABLES:
            what, hint = "This kind of file is not read.", "Save it as .xlsx or CSV; unpack a .zip first."
            refused.append(_refusal(path, InputError(Place(path.name), what, hint)))
            continue
        if path.suffix.lower() not in TABLES or not path.is_file():
            others.append(path.name)
            continue
        try:
            found, left = read_file(path, schemas, exports.values(), countries, about.extracts)
        except InputError as error:
            found, left = [], [error]
        for reading in found:
            readings.setdefault(reading.receipt.register, []).append(reading)
        refused += [_refusal(path, each) for each in left]
    return Folder(about, readings, tuple(refused), tuple(others))


def read_about(folder: Path) -> About:
    """Read quarter.toml; a folder without one says nothing about itself."""
    path = folder / ABOUT
    content: dict[str, Any] = load_toml(path) if path.exists() else {}
    about = checked(content, About, ABOUT)
    unknown = sorted(about.extracts.keys() - set(EXPECTED))
    if unknown:
        raise SettingsError(f"{ABOUT}: there is no register “{unknown[0]}”.{nearest(unknown[0], EXPECTED)}")
    return about


def _refusal(path: Path, error: InputError) -> Receipt:
    register = (error.register or UNKNOWN) if isinstance(error, UnknownExportError) else ""
    return Receipt(register, path.name, error.place.sheet, sha256_of(path), error=str(error))


def read_file(
    path: Path,
    schemas: Mapping[str, Schema],
    exports: Iterable[Export],
    countries: Countries,
    extracts: Mapping[str, Extract] = MappingProxyType({}),
) -> tuple[list[Reading], list[InputError]]:
    """Read one file, hashed before and after: its sheets that are registers, and why others that look so are not.

    Raise InputError when no sheet can be read, or when the file changes meanwhile.
    """
    before = sha256_of(path)
    sheets, exports = read_sheets(path), list(exports)
    readings: list[Reading] = []
    errors: list[InputError] = []
    remarks: list[InputError] = []
    for sheet in sheets:
        try:
            layout = recognise(sheet, exports)
        except InputError as error:
            nothing = not sheet.lines or sheet.hidden or (isinstance(error, UnknownExportError) and not error.register)
            (remarks if nothing else errors).append(error)
            continue
        if sheet.hidden:
            what, hint = "The sheet is hidden and holds a register.", "Unhide it, or take it out of the workbook."
            errors.append(UnknownExportError(sheet.place(), what, hint, layout.export.register_name))
            continue
        extract = extracts.get(layout.export.register_name)
        day = extract.extracted_on if extract else None
        schema = schemas[layout.export.register_name]
        readings.append(read_rows(sheet, layout, schema, countries, before, extracted_on=day))
    if sha256_of(path) != before:
        raise InputError(sheets[0].place(), "The file changed while it was read.", "Run the audit again.")
    if not readings:
        raise (errors + remarks)[0]
    left = [Repair(None, "", f"The sheet “{each.place.sheet}” was left out: {each.what}") for each in remarks]
    readings[0].receipt.repairs += left
    return readings, errors
