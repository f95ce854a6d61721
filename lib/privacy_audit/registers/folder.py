"""Read a quarter's folder of exports into registers: every file is read, or listed with the reason why not.

First what becomes of sheets that no mapping reads, then the folder and what was found in it, last a single file.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from types import MappingProxyType

from privacy_audit.errors import InputError, NotReadError, Place, UnknownExportError, UsageError
from privacy_audit.files.read import CSV_KINDS, WORKBOOK_KINDS, read_sheets, sha256_of, sheets_of
from privacy_audit.files.sheet import Sheet
from privacy_audit.files.zipped import ARCHIVE, unpacked
from privacy_audit.registers.cells import Layout
from privacy_audit.registers.layout import layout_of
from privacy_audit.registers.merge import merge_files
from privacy_audit.registers.receipt import Receipt, Repair, unreconciled
from privacy_audit.registers.recognise import LINES_SEARCHED, OWN, header_names, recognise
from privacy_audit.registers.register import Register, build
from privacy_audit.registers.rows import SheetRows, read_rows
from privacy_audit.registers.suggest import plain, spellings
from privacy_audit.settings.mapping import Export, base_name
from privacy_audit.settings.quarter import ABOUT, About, Extract, read_about
from privacy_audit.settings.schema import Schema
from privacy_audit.settings.spelling import Countries

ENOUGH_ALIKE = 2  # this many columns in common make a sheet similar to a register


def unread_sheets(
    unread: Iterable[tuple[Sheet, InputError]],
    read: Sequence[Receipt],
    schemas: Mapping[str, Schema],
    exports: Sequence[Export],
) -> tuple[list[InputError], list[InputError]]:
    """Return the errors of unread sheets that may belong to a register, and the remarks about those left out.

    `read` are the receipts of the file's other sheets. An empty or hidden sheet is left out. So is one that resembles
    no register; where quarter.toml or the caller names the only mapping (`exports` has one), any that it does not fit.
    A sheet that resembles a register other than those of its file may belong to either: its error names no register,
    and so leaves every register incomplete.
    """
    errors: list[InputError] = []
    remarks: list[InputError] = []
    for sheet, error in unread:
        nothing = not sheet.lines or sheet.hidden
        there = dict.fromkeys(each.register for each in read if each.file == sheet.file)
        if nothing or not isinstance(error, UnknownExportError):
            (remarks if nothing else errors).append(error)
        elif not error.register:
            like = [schemas[each] for each in there] if len(exports) > 1 else []
            alike = [found for each in like if (found := _alike(sheet, each, exports, error))]
            (errors if alike else remarks).append(
                alike[0] if len(alike) == 1 else _of_none(alike[0]) if alike else error
            )
        elif there and [*there] != [error.register]:
            errors.append(_of_none(error))
        else:
            errors.append(error)
    return errors, remarks


def _of_none(error: InputError) -> UnknownExportError:
    return UnknownExportError(error.place, error.what, error.hint)


def _alike(sheet: Sheet, schema: Schema, exports: Sequence[Export], error: InputError) -> UnknownExportError | None:
    """Return an error where a sheet shares two columns with a register, or one that identifies a record; else None."""
    known = spellings(schema, exports)
    for header in _headers(sheet):
        shared = [each for each in header if plain(each) in known]
        fields = {field for each in shared for field in known[plain(each)]}
        addresses = {each.name for each in schema.fields if each.format == "email"}
        if len(shared) >= ENOUGH_ALIKE or fields & {*schema.key, *addresses}:
            names = " and ".join(f"“{each}”" for each in shared)
            what = f"No mapping knows this sheet, and like a list of {schema.many} it has {names}."
            hint = f"If it holds no {schema.many}, take it out of the file; if it does, put its rows to the others, or "
            return UnknownExportError(error.place, what, hint + OWN, schema.name)
    return None


def _headers(sheet: Sheet) -> Iterable[list[str]]:
    """Return the lines that may be a sheet's header: from the top down to the first of the widest lines."""
    lines = [header_names(sheet, at, 1) for at in range(min(LINES_SEARCHED, len(sheet.lines)))]
    widths = [sum(map(bool, names)) for names in lines]
    return lines[: widths.index(max(widths)) + 1] if lines else []


def sheet_name(place: Place, path: Path) -> str:
    """Return the name of a sheet, or of a file in an archive, as it begins a remark."""
    return f"The sheet “{place.sheet}”" if place.sheet else f"“{place.file.removeprefix(path.name + '/')}”"


UNKNOWN = "unknown"
TABLES = (*CSV_KINDS, *WORKBOOK_KINDS, ARCHIVE)
OTHER_TABLES = (".xlsb", ".numbers", ".json")


@dataclass(frozen=True)
class Folder:
    """What was found in a folder: sheets by register, receipts of files that could not be read, other files by name."""

    about: About
    sheets: Mapping[str, list[SheetRows]]
    refused: tuple[Receipt, ...]
    others: tuple[str, ...]

    @property
    def receipts(self) -> tuple[Receipt, ...]:
        """The receipts of everything that was read or refused."""
        return (*(each.receipt for sheets in self.sheets.values() for each in sheets), *self.refused)

    def register(self, schema: Schema, declared_none: Collection[str]) -> Register | None:
        """Return a register merged from its files, and what is missing from it; None where no file of it could be read.

        `declared_none` are the event columns of which the firm declares that nothing happened.
        """
        sheets = self.sheets.get(schema.name, [])
        if not sheets:
            return None
        register = merge_files(build(schema, sheets, declared_none, self.missing(schema.name, declared_none)), sheets)
        why = [*self.unreconciled(register)]
        if self.filtered(schema.name):
            why.append(f"the register {schema.name} was exported with a filter, so that a part of it is not here")
        return replace(register, incomplete=(*register.incomplete, *why))

    def unreconciled(self, register: Register) -> Iterator[str]:
        """Yield in words each total of a register that differs from what the firm expects in quarter.toml."""
        extract = self.about.extracts.get(register.name)
        if extract is not None:
            yield from unreconciled(extract.expected, register.receipts, register.records)

    def filtered(self, register: str) -> bool:
        """Whether quarter.toml says that a register was exported with a filter."""
        extract = self.about.extracts.get(register)
        return extract is not None and extract.filtered

    def missing(self, register: str, declared_none: Collection[str] = ()) -> tuple[str, ...]:
        """Return in words what is known to be missing from a register; `declared_none` are columns declared as none."""
        found = [*_missing_parts(self.sheets.get(register, []), declared_none)]
        blocking = [each for each in self.refused if each.register in {"", UNKNOWN, register}]
        if blocking:
            found.append("a file or sheet in the folder could not be read; its receipt says why")
        return tuple(dict.fromkeys(found))


def _missing_parts(sheets: Iterable[SheetRows], declared_none: Collection[str]) -> Iterable[str]:
    """Yield in words the missing parts of exports that consist of several files, as Mailchimp's do.

    Files of one export have the same name after the part's beginning. A part without rows counts as missing unless the
    firm has declared as none an event that this part alone can show.
    """
    exports: dict[tuple[str, str], set[str]] = {}
    wanted = {}
    for sheet in sheets:
        export, part = sheet.layout.export, sheet.layout.export.part(sheet.receipt.file)
        if part is None or part.starts not in export.parts:
            continue
        alone = sorted({name for each in export.file_names for name in each.never} - set(part.never))
        if not sheet.receipt.rows_in and not set(alone) & set(declared_none):
            declare = f"; if that is right, declare “{export.register_name}.{alone[0]}” as none" if alone else ""
            yield f"the {export.name} file whose name starts “{part.starts}” has a header and no rows{declare}"
        rest = base_name(sheet.receipt.file).removeprefix(part.starts)
        exports.setdefault((export.name, rest), set()).add(part.starts)
        wanted[export.name] = export.parts
    for (export_name, _), parts in sorted(exports.items()):
        yield from (
            f"the {export_name} file whose name starts “{each}” is missing"
            for each in wanted[export_name]
            if each not in parts
        )


def read_folder(
    folder: Path, schemas: Mapping[str, Schema], exports: Mapping[str, Export], countries: Countries
) -> Folder:
    """Return everything found in a folder; raise UsageError where it does not exist, SettingsError for quarter.toml.

    A file is read with the mapping that fits it, or with those that quarter.toml names for it. It is read again with a
    mapping named by `also` where no other file gives that mapping's register.
    """
    if not folder.is_dir():
        message = f"There is no folder {folder}. Hint: put the quarter's exports there, or use --registers."
        raise UsageError(message)
    paths = [each for each in sorted(folder.iterdir()) if not each.name.startswith((".", "~$")) and each.name != ABOUT]
    about = read_about(folder)
    about.check([each.name for each in paths], exports)
    known = {name: _ordered(each, about) for name, each in exports.items()}
    found = _Found({}, [], [])
    for path in paths:
        if path.suffix.lower() in OTHER_TABLES:
            what, hint = "This kind of file is not read.", "Save it as .xlsx or CSV."
            found.refused.append(_refusal(path, InputError(Place(path.name), what, hint)))
        elif path.suffix.lower() in TABLES and not (path.is_file() or path.is_dir()):
            what, hint = "It is a link to nothing, or no file.", "Copy the file itself here."
            found.refused.append(_refusal(path, InputError(Place(path.name), what, hint)))
        elif path.suffix.lower() not in TABLES or path.is_dir():
            found.others.append(path.name)
        else:
            chosen = [[known[name]] for name in about.files.get(path.name, ())] or [list(known.values())]
            for each in chosen:
                found.add(path, *_read(path, schemas, each, countries, about.extracts))
    for path, export in found.also(known):
        found.add(path, *_read(path, schemas, [export], countries, about.extracts))
    return Folder(about, found.sheets, tuple(found.refused), tuple(found.others))


def _ordered(export: Export, about: About) -> Export:
    """Return a mapping with the date order that quarter.toml gives for its register; unchanged where it gives none."""
    extract = about.extracts.get(export.register_name)
    return export.model_copy(update={"date_order": extract.date_order}) if extract and extract.date_order else export


@dataclass
class _Found:
    """What was read so far; `paths` are the files read and the mapping each was read with."""

    sheets: dict[str, list[SheetRows]]
    refused: list[Receipt]
    others: list[str]
    paths: list[tuple[Path, Export]] = field(default_factory=list)

    def add(self, path: Path, sheets: Iterable[SheetRows], errors: Iterable[InputError]) -> None:
        """Add the sheets of one file and its errors; a file that is known and not read is listed among the others."""
        for each in sheets:
            self.sheets.setdefault(each.receipt.register, []).append(each)
            self.paths.append((path, each.layout.export))
        for error in errors:
            if isinstance(error, NotReadError):
                self.others.append(f"{error.place}: {error.what}")
            else:
                self.refused.append(_refusal(path, error))

    def also(self, known: Mapping[str, Export]) -> list[tuple[Path, Export]]:
        """Return the files that can also give a register no other file gave, with the mapping that reads it."""
        more = dict.fromkeys((path, name) for path, export in self.paths for name in export.also)
        return [(path, known[name]) for path, name in more if known[name].register_name not in self.sheets]


def _read(
    path: Path,
    schemas: Mapping[str, Schema],
    exports: Iterable[Export],
    countries: Countries,
    extracts: Mapping[str, Extract],
) -> tuple[list[SheetRows], list[InputError]]:
    try:
        return read_file(path, schemas, exports, countries, extracts)
    except InputError as error:
        return [], [error]


def _refusal(path: Path, error: InputError) -> Receipt:
    """Return a receipt with an error, for the register that a sheet resembles, UNKNOWN if none, or blank."""
    register = (error.register or UNKNOWN) if isinstance(error, UnknownExportError) else ""
    return Receipt(register, path.name, error.place.sheet, sha256_of(path), error=str(error))


def read_file(
    path: Path,
    schemas: Mapping[str, Schema],
    exports: Iterable[Export],
    countries: Countries,
    extracts: Mapping[str, Extract] = MappingProxyType({}),
) -> tuple[list[SheetRows], list[InputError]]:
    """Return the sheets of a file that were read, and the errors of sheets that may belong to a register.

    Raise InputError where no sheet can be read, or where the file's hash changes while it is read. `extracts` is what
    quarter.toml says by register; it gives the receipts the day of the export, the person and the filter.
    """
    before, exports = sha256_of(path), list(exports)
    sheets, errors, remarks = sheets_in(path)
    read: list[SheetRows] = []
    unread: list[tuple[Sheet, InputError]] = []
    for sheet in sheets:
        try:
            layout = _layout(sheet, exports, schemas)
        except InputError as error:
            unread.append((sheet, error))
            continue
        schema = schemas[layout.export.register_name]
        if sheet.hidden:
            what, hint = "The sheet is hidden and holds a register.", "Unhide it, or take it out of the workbook."
            errors.append(UnknownExportError(sheet.place(), what, hint, schema.name))
            continue
        extract = extracts.get(schema.name)
        day = extract.extracted_on if extract else None
        read.append(read_rows(sheet, layout, schema, countries, before, extracted_on=day))
        if extract:
            read[-1].receipt.extracted_by, read[-1].receipt.filters = extract.by, extract.filters
    if sha256_of(path) != before:
        raise InputError(Place(path.name), "The file changed while it was read.", "Run the audit again.")
    more, left = unread_sheets(unread, [each.receipt for each in read], schemas, exports)
    errors, remarks = errors + more, remarks + left
    if not read:
        raise (errors + remarks)[0]
    left_out = (f"{sheet_name(each.place, path)} was left out: {each.what}" for each in remarks)
    read[0].receipt.repairs += [Repair(None, "", each) for each in left_out]
    return read, errors


def _layout(sheet: Sheet, exports: Iterable[Export], schemas: Mapping[str, Schema]) -> Layout:
    """Return how a sheet is read; raise InputError where no mapping fits, NotReadError where its export is not read."""
    found = recognise(sheet, exports)
    if found.export.why_not:
        raise NotReadError(sheet.place(), found.export.title, found.export.why_not)
    return layout_of(sheet, found, schemas[found.export.register_name])


def sheets_in(path: Path) -> tuple[list[Sheet], list[InputError], list[InputError]]:
    """Return a file's sheets, the errors of files in an archive, and remarks about files there that are not tables.

    Errors and remarks are empty unless the file is an archive; raise InputError where the file cannot be read.
    """
    if path.suffix.lower() != ARCHIVE:
        return read_sheets(path), [], []
    sheets: list[Sheet] = []
    errors: list[InputError] = []
    others: list[InputError] = []
    for name, content in unpacked(path.name, path.read_bytes()):
        if PurePosixPath(name).suffix.lower() not in TABLES:
            others.append(InputError(Place(name), "It is no table.", "Nothing needs to be done."))
            continue
        try:
            sheets += sheets_of(name, content)
        except InputError as error:
            errors.append(error)
    return sheets, errors, others
