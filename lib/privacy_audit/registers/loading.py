"""The mapping files: the project's, the firm's own, and the audit's own names of columns; each checked in words."""

from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import chain
from pathlib import Path

from privacy_audit.errors import InputError, nearest
from privacy_audit.files.sheet import Sheet
from privacy_audit.policy import checked, load_toml
from privacy_audit.registers.mapping import Export
from privacy_audit.registers.schema import Column, Schema
from privacy_audit.registers.values import folded


def load_exports(folder: Path, schemas: Mapping[str, Schema], own: Path | None = None) -> dict[str, Export]:
    """Return every mapping by name, the audit's own column names and the firm's own mappings among them.

    A mapping of the firm's with the name of one of the project's takes its place; an empty file maps nothing.
    """
    exports = {path.stem: load_export(path, schemas) for path in sorted(folder.glob("[!.]*.toml"))}
    exports |= {f"{name}-own-names": own_names(schema) for name, schema in schemas.items() if schema.core}
    for path in sorted(own.glob("[!.]*.toml")) if own else ():
        if load_toml(path):  # one that says nothing yet is what a shell makes first for `read FILE --suggest > PATH`
            exports[path.stem] = load_export(path, schemas).model_copy(update={"own": True})
    for each in exports.values():
        for name in (*each.also, *each.overrules):
            if name not in exports:
                raise _wrong(f"{each.name}.toml", f"there is no mapping “{name}”.{nearest(name, exports)}")
    return exports


def own_names(schema: Schema) -> Export:
    """Return the mapping of a file whose headers are the schema's own column names or titles."""
    return Export(
        name=f"{schema.name}-own-names",
        title=f"{schema.title}, under the audit's own column names",
        register=schema.name,
        recognise=schema.key,
        date_order="DMY",
        columns={column.name: (column.name, column.title) for column in schema.fields},
    )


def load_export(path: Path, schemas: Mapping[str, Schema]) -> Export:
    """Return one mapping file; raise InputError or SettingsError in words when it says what cannot be."""
    export = checked({**load_toml(path), "name": path.stem}, Export, path.name)
    if export.register_name and export.register_name not in schemas:
        name = export.register_name
        raise _wrong(path.name, f"there is no register “{name}”.{nearest(name, schemas)}")
    known = schemas[export.register_name].by_name if export.register_name else {}
    for mistake in _mistakes(export, known):
        raise _wrong(path.name, mistake)
    return export


def _mistakes(export: Export, known: Mapping[str, Column]) -> Iterator[str]:
    """Yield in words what a mapping says that cannot be."""
    if bool(export.register_name) == bool(export.why_not):
        yield "a mapping has either a register or a why_not."
    for name in (each for each in _named(export) if each not in known):
        yield f"register “{export.register_name}” has no column “{name}”.{nearest(name, known)}"
    times = Counter(chain(export.columns, export.first_of, export.strictest, export.each_of))
    for name in (each for each in times if times[each] > 1):
        yield f"“{name}” stands both in [columns] and in [first_of], or in two other such tables."
    for name in (each for each in export.strictest if not known[each].strictest):
        yield f"“{name}” has no order of restriction, so it cannot stand in [strictest]."
    if len(export.each_of) > 1:
        yield "only one field can make rows of its own ([each_of])."
    for name, words in export.words.items():
        fields = _worded(export, name)
        values = [each for field in fields for each in known[field].constraints.enum]
        if not fields:
            yield f"[words]: “{name}” is neither a field nor a column of this mapping."
        for value in (each for each in words.values() if values and each and each not in values):
            yield f"[words]: “{value}” is no value of “{name}”.{nearest(value, values)}"


def _worded(export: Export, name: str) -> list[str]:
    """Return the fields that a vocabulary is for: the one of its name, or those read from the column of that name."""
    if name in export.headers:
        return [name]
    return [field for field, entries in export.headers.items() if folded(name) in map(folded, entries)]


def _named(export: Export) -> Iterator[str]:
    """Yield every field that a mapping names."""
    yield from (*export.headers, *export.constant, *export.never, *export.lacking, *export.ask)
    yield from (*export.needs, *export.only_where, *export.parted_by, *export.endings)
    for each in export.file_names:
        yield from (*each.constant, *each.never)
    for name, settled in export.never_where.items():
        yield from (name, *(field for fields in settled.values() for field in fields))


def _wrong(file: str, what: str) -> InputError:
    return InputError(Sheet(file, "", []).place(), what, "Mend the mapping file.")
