"""The controls as a catalogue: what each promises, tests, rests on and asks for."""

import json
import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from privacy_audit.audit.finding import promised
from privacy_audit.audit.observe import column_names
from privacy_audit.controls.grammar import Columns, Control, Rules
from privacy_audit.dates import long_date
from privacy_audit.files.read import sha256_of
from privacy_audit.registers.folder import sheets_in
from privacy_audit.registers.receipt import Receipt, Repair
from privacy_audit.registers.rows import SheetRows
from privacy_audit.registers.suggest import Suggestion, suggest
from privacy_audit.request import ROOT
from privacy_audit.settings.mapping import Export
from privacy_audit.settings.policy import Commitment, Policy
from privacy_audit.settings.rulebook import InForce, Limits, Rulebook, Watched, cited
from privacy_audit.settings.schema import Schema, load_schemas
from privacy_audit.settings.spelling import Countries


def listed(controls: Iterable[Control], policy: Policy, law: Rulebook) -> str:
    """Return a line or two for each control: id, sections, severity, title, law."""
    lines = []
    for each in controls:
        named = {promise.section for promise in policy.naming(each.id)}
        sections = [section for section in policy.sections if section in named]
        where = f"section {', '.join(sections)}" if sections else "no section of the policy"
        about_it = f"{where} · {each.severity} · {_cited(each, law)} · over {each.register}"
        lines += [f"{each.id}  {each.title}", f"        {about_it}"]
    return "\n".join(lines)


def about(control: Control, policy: Policy, law: Rulebook) -> str:
    """Return all there is to say about one control."""
    lines = [f"{control.id}  {control.title}", "", textwrap.fill(control.explanation, 100), ""]
    lines += [f"The promise   “{p.quote}” (section {p.section}, {p.id})" for p in policy.naming(control.id)]
    schemas = _schemas()
    names = _Words(policy, policy.naming(control.id), schemas[control.register])
    lines += [
        f"The register  {control.register}",
        f"The law       {_cited(control, law)}",
        f"Severity      {control.severity}, unless a reason says otherwise",
    ]
    lines += [
        f"What to do    {control.remedy.format_map(names)} ({control.minutes} minutes each)",
        "",
        "What it can find",
    ]
    for code, reason in control.reasons.items():
        statements = policy.giving(reason.about) or policy.naming(control.id)
        names = _Words(policy, statements, schemas[control.register])
        lines.append(f"  {code:22}{reason.why} {reason.remedy}".format_map(names).rstrip())
    rules = rules_of(control, policy, law)
    lines += ["", "The values it rests on"] if rules else []
    for rule in rules:
        mark = f"; {rule.mark}" if rule.mark else ""
        lines.append(f"  {rule.name} ({rule.file}): {rule.source}; checked {long_date(rule.checked)}{mark}")
    return "\n".join(lines)


class _Words(dict[str, str]):
    """The words for the policy's sections; what a row would tell is named by its column."""

    def __init__(self, policy: Policy, statements: Iterable[Commitment], schema: Schema) -> None:
        super().__init__(promised(policy, statements))
        self.columns = schema.by_name

    def __missing__(self, name: str) -> str:
        return f"“{self.columns[name].title}”" if name in self.columns else name.replace("_", " ")


def _schemas() -> Mapping[str, Schema]:
    return load_schemas(ROOT / "data" / "schema")


def newest_check(law: Rulebook) -> date:
    """Return the last day on which somebody looked at any of the rules: the law is told as it was then."""
    return max(version.checked for rule in law.rules.values() for version in rule.versions)


def _cited(control: Control, law: Rulebook) -> str:
    return cited(control.law, law, newest_check(law))


def rules_of(control: Control, policy: Policy, law: Rulebook) -> list[InForce]:
    """Return the rules of the rulebook that a control asks for."""
    used: dict[str, InForce] = {}
    day = newest_check(law)
    watched, schemas = Watched(law, day, used), _schemas()
    columns = Columns(control.register, column_names(schemas[control.register]))
    control.clauses(
        columns, Rules(watched, policy.parameters, Limits(watched, policy.firm.adopted, day), date(day.year, 1, 1)), day
    )
    return [rule for _, rule in sorted(used.items())]


def plain(control: Control, policy: Policy, law: Rulebook) -> dict[str, Any]:
    """Return a control as plain data."""
    promises = policy.naming(control.id)
    return {
        "id": control.id,
        "title": control.title,
        "explanation": control.explanation,
        "commitments": [each.id for each in promises],
        "sections": sorted({each.section for each in promises}),
        "register": control.register,
        "severity": control.severity,
        "law": _cited(control, law),
        "remedy": control.remedy,
        "reasons": {code: {"words": r.words, "why": r.why, "remedy": r.remedy} for code, r in control.reasons.items()},
    }


MOST_LINES = 20


def as_text(reading: SheetRows, schemas: Mapping[str, Schema]) -> str:
    """Return a receipt as a person reads it; it holds no cell's content."""
    receipt, schema = reading.receipt, schemas[reading.receipt.register]
    kind = " · ".join(part for part in (receipt.sheet, receipt.encoding, _delimiter(receipt.delimiter)) if part)
    lines = [
        f"{receipt.file} is read as the register “{schema.title}” by the mapping {receipt.mapping} ({kind}).",
        f"{receipt.rows_in} rows in = {receipt.accepted} accepted + {len(receipt.rejected)} rejected.",
    ]
    lines += _first([f"  Row {each.row} rejected: {each.reason}" for each in receipt.rejected])
    lines += _first([f"  Row {each.row}, {each.column}: read as unknown. {each.what}" for each in receipt.unread_cells])
    lines += _first([f"  Remark{_where(each)}: {each.what}" for each in receipt.repairs])
    lines += [f"  {schema.by_name[name].title}: {span}" for name, span in receipt.control_totals.items()]
    lines += [f"  “{header}” adds up to {total}." for header, total in receipt.sums.items()]
    layout, export = reading.layout, reading.layout.export
    missing = [column for column in schema.fields if column.name not in layout.given and column.name in export.headers]
    names = ", ".join(f"{column.title} (header “{export.headers[column.name][0]}”)" for column in missing)
    lines += [f"  Not in this file: {names}."] if missing else []
    lines += [f"  Columns that are not used: {', '.join(layout.unused.values())}."] if layout.unused else []
    lacks = {name: why for name, why in export.cannot_give.items() if name not in layout.given}
    lacks |= {each: "this export has no place for it." for each in export.kept_apart if each not in layout.given}
    lines += [f"  {schema.by_name[name].title}: {why}" for name, why in lacks.items()]
    lines += [f"  The same file can be read otherwise too: --mapping {name}." for name in export.also]
    return "\n".join(lines)


def _first(lines: list[str]) -> list[str]:
    """Return the first lines, and how many more there are."""
    more = [f"  … and {len(lines) - MOST_LINES} more like this; --json lists them all."]
    return lines[:MOST_LINES] + (more if len(lines) > MOST_LINES else [])


def _where(repair: Repair) -> str:
    row = f", row {repair.row}" if repair.row is not None else ""
    return row + (f", {repair.column}" if repair.column else "")


def _delimiter(delimiter: str) -> str:
    return {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}.get(delimiter, "")


def receipt_json(file: Path, readings: Sequence[SheetRows], error: str | None) -> dict[str, Any]:
    """Return the first register's receipt and typed rows, and under `sheets` any further ones of a workbook.

    `error` says why the file, or a sheet of it, was refused; a file that was refused has a receipt without rows.
    """
    read = [
        {
            "receipt": each.receipt.as_dict(),
            "rows": [{"row": row.number, "values": dict(row.values)} for row in each.rows],
        }
        for each in readings
    ]
    if not read:
        digest = sha256_of(file) if file.is_file() else ""
        read = [{"receipt": Receipt("", file.name, "", digest, error=error or "").as_dict(), "rows": []}]
    return read[0] | {"error": error} | ({"sheets": read[1:]} if read[1:] else {})


MARKS = 4
NEXT = (
    "Nothing was read. Write the suggestion down with --suggest, look through every line of it, and put the file into "
    "the firm's mappings folder, or name it with --mapping."
)
NO_HEADER = "Nothing can be suggested: no line of the file is surely a header, or it is like no register."


def of_file(
    file: Path, schemas: Mapping[str, Schema], exports: Mapping[str, Export], countries: Countries
) -> Suggestion | None:
    """Return a mapping that may fit a file's first sheet that people see."""
    seen = [each for each in sheets_in(file)[0] if each.lines and not each.hidden]
    return suggest(seen[0], schemas, list(exports.values()), countries) if seen else None


def told_in_words(suggestion: Suggestion | None) -> str:
    """Return a suggestion as a person reads it; it holds no cell's content."""
    if suggestion is None:
        return NO_HEADER
    lines = [f"It may be the register “{suggestion.schema.title}”:"]
    lines += [f"  {each.field}: “{each.header}”, since {each.why}." for each in suggestion.guesses]
    lines += [f"  To be decided: {each}" for each in suggestion.questions]
    lines += [f"  Columns that say nothing to us: {suggestion.unknown}."] if suggestion.unknown else []
    return "\n".join([*lines, NEXT])


def as_toml(suggestion: Suggestion | None, name: str) -> str:
    """Return a suggestion as a mapping file; what must be decided stands in it as remarks."""
    return "\n".join(_lines(suggestion, name) if suggestion else [f"# {NO_HEADER}"])


def _lines(suggestion: Suggestion, name: str) -> Iterator[str]:
    schema = suggestion.schema
    yield "# Suggested from the names of the columns and what stands in them. It is a guess: look through every line."
    yield from (f"# To be decided: {each}" for each in suggestion.questions)
    yield f"title = {_quoted(name)}"
    yield f"register = {_quoted(schema.name)}"
    marks = ", ".join(_quoted(each.header) for each in suggestion.guesses[:MARKS])
    yield f"recognise = [{marks}]    # the columns by which the export is known; all of them must be there"
    proved = "proved by a date that can be read in one order only" if suggestion.date_order else "DMY or MDY: say which"
    yield f"date_order = {_quoted(suggestion.date_order)}    # {proved}"
    yield "\n[columns]"
    for each in suggestion.guesses:
        yield f"{each.field} = [{_quoted(each.header)}]    # {each.why}"
    given = {each.field for each in suggestion.guesses}
    for field in schema.key:
        if field not in given and field != "channel":
            yield f'# {field} = ["?"]    # needed: without it no row can be told from another'
    if "channel" in schema.key and "channel" not in given:
        yield '\n[constant]\nchannel = "email"    # how marketing reaches these people'


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
