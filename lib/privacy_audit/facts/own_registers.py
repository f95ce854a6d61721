"""Two registers about the registers: `receipts`, how each arrived, and `columns`, which columns each has."""

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
    """Return one row for each register that the firm expects or that has a file.

    `expected` says by name whether the firm expects a register, `read` are the registers with their rows, and `answers`
    the columns declared to be empty.
    """
    wanted = [name for name, each in expected.items() if each or name in folder.sheets]
    names = [*wanted, *(name for name in sorted(folder.sheets) if name not in expected)]
    rows = []
    for name in names:
        declared_none = {answer.partition(".")[2] for answer in answers if answer.startswith(f"{name}.")}
        rows.append(_row(name, folder, schemas[name], expected, read.get(name), declared_none))
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
    """Return the names of a register's files."""
    return [reading.receipt.file for reading in folder.sheets.get(name, [])]


def _row(
    name: str,
    folder: Folder,
    schema: Schema,
    expected: Mapping[str, bool],
    register: Register | None,
    declared_none: Collection[str],
) -> dict[str, object]:
    """Return one register's row, by column."""
    readings = folder.sheets.get(name, [])
    given = [each.layout.given for each in readings]
    extract = folder.about.extracts.get(name)
    # A column that is worked out from another register, or declared to be empty, may be absent from every file.
    need_no_file = {*declared_none, *(column for _, column in register.inferred)} if register else declared_none
    lacking = [column for column in schema.core if any(column.name not in each for each in given)]
    missing = [column.title for column in lacking if column.name not in need_no_file]
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
        "missing_parts": "; ".join(folder.missing(name, declared_none)) or None,
        "filtered": folder.filtered(name),
        "unreconciled": "; ".join(folder.unreconciled(register)) or None if register else None,
    }


# Register, title, core, absent, unread cells, controls held up, kind of data that no check needs, and origin.
Row = tuple[str, str, bool, bool, int, int, str, Origin]


def columns(
    schema: Schema,
    registers: Mapping[str, Register],
    needed: Mapping[tuple[str, str], int],
    schemas: Mapping[str, Schema],
    words: Mapping[str, Iterable[str]],
) -> Register:
    """Return one row for each column that checks may need, and for each filled one that no check needs.

    These are the columns of every exported register, and those of others that checks lack. `needed` counts for
    (register, column) the controls that its blanks keep from being shown; `words` are, by kind, the words in the names
    of columns that an export should not carry.
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
    """Yield a row for each filled column that no mapping reads and whose name shows data that no check needs."""
    for receipt in register.receipts:
        for column in receipt.unused:
            plain = folded(column).replace(" ", "").replace("-", "").replace("_", "")
            kinds = (kind for kind, spellings in words.items() if any(word in plain for word in spellings))
            kind = next(kinds, "")
            if kind:
                origin = Origin(receipt.file, receipt.sheet, 0)
                yield register.name, column, False, False, 0, 0, kind, origin
