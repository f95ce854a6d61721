"""What a sheet that cannot be read holds up, where other sheets of its file were read as a register."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from privacy_audit.errors import InputError, Place, UnknownExportError
from privacy_audit.files.sheet import Sheet
from privacy_audit.registers.guessing import plain
from privacy_audit.registers.mapping import Export
from privacy_audit.registers.receipt import Receipt
from privacy_audit.registers.recognise import LINES_SEARCHED, OWN, header_names
from privacy_audit.registers.schema import Schema
from privacy_audit.registers.suggest import spellings

TELLING = 2  # so many columns that a register has make a sheet like it


def parted(
    unread: Iterable[tuple[Sheet, InputError]],
    read: Sequence[Receipt],
    schemas: Mapping[str, Schema],
    exports: Sequence[Export],
) -> tuple[list[InputError], list[InputError]]:
    """Return why sheets that may be of a register cannot be read, and which others are left out.

    `read` are the receipts of the other sheets. A sheet that looks like another register than those of its file may be
    of either, so that it is put to none and holds up every one. Where somebody named the one mapping that reads the
    file, what it does not fit is left out.
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
    """Return the refusal of a sheet that has columns as the register has, or one that names a record of it."""
    known = spellings(schema, exports)
    for names in _headers(sheet):
        shared = [each for each in names if plain(each) in known]
        fields = {field for each in shared for field in known[plain(each)]}
        addresses = {each.name for each in schema.fields if each.format == "email"}
        if len(shared) >= TELLING or fields & {*schema.key, *addresses}:
            told = " and ".join(f"“{each}”" for each in shared)
            what = f"No mapping knows this sheet, and like a list of {schema.many} it has {told}."
            hint = f"If it holds no {schema.many}, take it out of the file; if it does, put its rows to the others, or "
            return UnknownExportError(error.place, what, hint + OWN, schema.name)
    return None


def _headers(sheet: Sheet) -> Iterable[list[str]]:
    """Return the lines that may be a sheet's header: those down to the first of the widest."""
    lines = [header_names(sheet, at, 1) for at in range(min(LINES_SEARCHED, len(sheet.lines)))]
    widths = [sum(map(bool, names)) for names in lines]
    return lines[: widths.index(max(widths)) + 1] if lines else []


def called(place: Place, path: Path) -> str:
    """Return what a sheet or a file in an archive is called."""
    return f"The sheet “{place.sheet}”" if place.sheet else f"“{place.file.removeprefix(path.name + '/')}”"
