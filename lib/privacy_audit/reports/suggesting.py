"""A suggested mapping, for a person to look through and as a TOML file to be mended."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

from privacy_audit.registers.folder import sheets_in
from privacy_audit.registers.guessing import Suggestion
from privacy_audit.registers.mapping import Export
from privacy_audit.registers.schema import Schema
from privacy_audit.registers.suggest import suggest
from privacy_audit.registers.values import Countries

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
