"""A mapping suggested for an export that none fits: from the names of its columns, then from what stands in them.

Nothing is applied by itself. Names of columns are told only where they are known or near to known names, or where the
first line is surely a header; no cell's content is told at all.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from privacy_audit.files.sheet import Sheet
from privacy_audit.policy import EXPECTED
from privacy_audit.registers.cells import ANY, as_text, is_filled
from privacy_audit.registers.guessing import SHAPED, Fit, Suggestion, plain
from privacy_audit.registers.mapping import Export
from privacy_audit.registers.recognise import JOINED, LINES_SEARCHED, header_names
from privacy_audit.registers.schema import Schema
from privacy_audit.registers.values import Countries

SAMPLE = 500
# What no name of a column has, and many a cell: an address, a number, a day.
NO_HEADER = re.compile(r"@|^[\W\d]+$|\d{4}-\d\d|\d[/.]\d")


def suggest(
    sheet: Sheet, schemas: Mapping[str, Schema], exports: Iterable[Export], countries: Countries
) -> Suggestion | None:
    """Return which of these registers a sheet is most like; None where no line is surely a header, or it is like none.

    Where there is one alone, somebody has chosen it, and a question is enough.
    """
    known = {name: spellings(schemas[name], exports) for name in EXPECTED if name in schemas}
    index = _header_line(sheet, {each for names in known.values() for each in names})
    if index is None:
        return None
    headers = header_names(sheet, index, 1)
    lines = [cells for _, cells in sheet.lines[index + 1 : index + 1 + SAMPLE]]
    columns = [
        [as_text(line[at]) for line in lines if at < len(line) and is_filled(line[at])] for at in range(len(headers))
    ]
    fits = [Fit(schemas[name], headers, columns, known[name], countries).suggestion() for name in known]
    best = max(fits, key=lambda each: each.score)
    return best if best.score > SHAPED or (len(known) == 1 and (best.guesses or best.questions)) else None


def spellings(schema: Schema, exports: Iterable[Export]) -> dict[str, dict[str, str]]:
    """Return for each known name of a column the fields it stands for, and where it is known from."""
    known: dict[str, dict[str, str]] = defaultdict(dict)
    for export in exports:
        if export.register_name == schema.name:
            for name, entries in export.headers.items():
                for entry in entries if name in export.columns else entries[:1]:
                    if ANY not in entry and JOINED not in entry:
                        known[plain(entry)].setdefault(name, f"“{entry}” in {export.title}")
    for column in schema.fields:
        for own in (column.name, column.title):
            known[plain(own)] = {column.name: f"“{own}”, the audit's own name"}
    return known


def _header_line(sheet: Sheet, known: Iterable[str]) -> int | None:
    """Return the line with most known names, else the first that could be a header."""
    known = set(known)
    lines = [header_names(sheet, at, 1) for at in range(min(LINES_SEARCHED, len(sheet.lines)))]
    fit = [at for at, names in enumerate(lines) if _is_header(names)]
    return max(fit, key=lambda at: (sum(plain(each) in known for each in lines[at]), -at), default=None)


def _is_header(names: Sequence[str]) -> bool:
    filled = [each for each in names if each]
    return len(filled) > 1 and len(set(filled)) == len(filled) and not any(NO_HEADER.search(each) for each in filled)
