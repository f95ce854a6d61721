"""The registers themselves as a register: how each expected one arrived."""

from collections.abc import Collection, Iterable, Mapping

from privacy_audit.registers.folder import UNKNOWN, Folder
from privacy_audit.registers.receipt import Receipt
from privacy_audit.registers.register import Origin, Register
from privacy_audit.settings.firm import EXPECTED
from privacy_audit.settings.schema import Schema
from privacy_audit.settings.spelling import folded


def receipts(
    schema: Schema,
    folder: Folder,
    expected: Mapping[str, bool],
    read: Mapping[str, Register],
    schemas: Mapping[str, Schema],
    answers: Collection[str],
) -> Register:
    """Return one row for each register that is expected or that has a file; `answers` are columns declared empty."""
    wanted = [name for name, each in expected.items() if each or name in folder.sheets]
    names = [*wanted, *(name for name in sorted(folder.sheets) if name not in expected)]
    rows = []
    for name in names:
        none = {answer.partition(".")[2] for answer in answers if answer.startswith(f"{name}.")}
        rows.append(_row(name, folder, schemas[name], expected, read.get(name), none))
    cells = [[row[column.name] for column in schema.fields] for row in rows]
    origins = (Origin(", ".join(_files(name, folder)) or "no file", "", 0) for name in names)
    refused = {
        at: tuple(Origin(each.file, each.sheet, 0) for each in _refused(name, folder)) for at, name in enumerate(names)
    }
    return Register.made(schema, cells, origins, related=refused)


def _refused(name: str, folder: Folder) -> list[Receipt]:
    """Return the files that could not be read and are, or may be, of this register."""
    return [each for each in folder.refused if each.register in {"", UNKNOWN, name}]


def _files(name: str, folder: Folder) -> list[str]:
    return [reading.receipt.file for reading in folder.sheets.get(name, [])]


def _row(
    name: str,
    folder: Folder,
    schema: Schema,
    expected: Mapping[str, bool],
    register: Register | None,
    none: Collection[str],
) -> dict[str, object]:
    readings = folder.sheets.get(name, [])
    given = [each.layout.given for each in readings]
    extract = folder.about.extracts.get(name)
    # No file need have a column that is worked out from another register, or that was declared to be empty.
    known = {*none, *(column for _, column in register.inferred)} if register else none
    lacking = [column for column in schema.core if any(column.name not in each for each in given)]
    missing = [column.title for column in lacking if column.name not in known]
    return {
        "register": name,
        "expected": expected.get(name, False),
        "files": len(readings),
        "refused": len(_refused(name, folder)),
        "rows_in": sum(each.receipt.rows_in for each in readings),
        "accepted": sum(each.receipt.accepted for each in readings),
        "rejected": sum(len(each.receipt.rejected) for each in readings),
        "extracted_on": extract.extracted_on if extract else None,
        "missing_core": ", ".join(missing) or None,
        "missing_parts": "; ".join(folder.missing(name, none)) or None,
        "filtered": folder.filtered(name),
        "unreconciled": "; ".join(folder.unreconciled(register)) or None if register else None,
    }


Row = tuple[str, str, bool, bool, int, int, str, Origin]


def columns(
    schema: Schema,
    registers: Mapping[str, Register],
    needed: Mapping[tuple[str, str], int],
    schemas: Mapping[str, Schema],
    words: Mapping[str, Iterable[str]],
) -> Register:
    """Return one row for each column that an exported register may have, and for each that no check needs.

    `needed` counts for (register, column) the controls that its blanks keep from being shown; `words` are the kinds of
    data an export should not carry, with the words by which their columns are known.
    """
    exported = {name: registers[name] for name in EXPECTED if name in registers and not registers[name].derived_from}
    rows = [row for each in exported.values() if not each.known_empty for row in _own(each, needed)]
    elsewhere = (place for place in needed if place[0] not in exported)
    for name, column in sorted(elsewhere):
        field = schemas[name].by_name[column]
        rows.append((name, field.title, field.core, True, 0, needed[name, column], "none", Origin("no file", "", 0)))
    for each in exported.values():
        rows += _unneeded(each, words)
    return Register.made(schema, [row for *row, _ in rows], [origin for *_, origin in rows])


def _own(register: Register, needed: Mapping[tuple[str, str], int]) -> Iterable[Row]:
    """Yield a row for each column of a register's schema."""
    files = ", ".join(dict.fromkeys(receipt.file for receipt in register.receipts))
    for field in register.schema.fields:
        unread = sum(name == field.name for _, name in register.unread)
        absent, blocks = field.name in register.absent, needed.get((register.name, field.name), 0)
        yield register.name, field.title, field.core, absent, unread, blocks, "none", Origin(files, "", 0)


def _unneeded(register: Register, words: Mapping[str, Iterable[str]]) -> Iterable[Row]:
    """Yield a row for each filled column that no mapping reads and whose name tells of data no check needs."""
    for receipt in register.receipts:
        for column in receipt.unused:
            plain = folded(column).replace(" ", "").replace("-", "").replace("_", "")
            kinds = (kind for kind, spellings in words.items() if any(word in plain for word in spellings))
            kind = next(kinds, "")
            if kind:
                origin = Origin(receipt.file, receipt.sheet, 0)
                yield register.name, column, False, False, 0, 0, kind, origin
