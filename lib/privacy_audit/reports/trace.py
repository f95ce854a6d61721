"""Where every finding stands, row by row, and what the whole rests on: hashes of files, policy and law."""

from privacy_audit import __version__
from privacy_audit.dates import in_words
from privacy_audit.reports.tables import Table
from privacy_audit.result import Result

HASH = 16


def source_rows(result: Result) -> Table:
    """Return for each finding every file, sheet and row in which it stands; row blank: the file as a whole."""
    hashes = {(each.file, each.sheet): each.sha256[:HASH] for each in result.inputs.folder.receipts}
    columns = [("Finding", 12), ("Check", 9), ("Record", 30), ("File", 48), ("Sheet", 22), ("Row", 8), ("SHA-256", 18)]
    rows = [
        (each.id, each.control, each.record, place.file, place.sheet, place.row or None, hashes.get(at, ""))
        for each in result.findings
        for place in each.sources
        for at in [(place.file, place.sheet)]
    ]
    purpose = "Every row of every export in which a finding stands. The hash tells which version of the file was read."
    return Table("Source rows", purpose, columns, rows)


def evidence(result: Result, results: str) -> Table:
    """Return what was read and by which law it was judged, with the hashes that show later whether it is the same."""
    inputs, request = result.inputs, result.inputs.request
    policy, law = inputs.policy, inputs.law
    read = f"Read clause by clause by {policy.read_by}." if policy.is_read else "Read clause by clause by nobody yet."
    rows: list[tuple[object, ...]] = [
        ("Results", "findings.json, beside this workbook", results, "The same findings always have the same hash."),
        ("Policy", policy.title, policy.sha256, read),
        ("Rulebook", f"{len(law.rules)} dated values of law", law.sha256, _oldest(result)),
        ("Quarter", str(request.quarter), "", f"As at {in_words(request.as_at)}, issued {in_words(inputs.issued_on)}."),
        ("Code", f"privacy-audit {__version__}", "", "manifest.json holds the hash of the code and of every output."),
    ]
    for each in inputs.folder.receipts:
        name = f"{each.file}, sheet “{each.sheet}”" if each.sheet else each.file
        when = f"exported {in_words(each.extracted_on)}" if each.extracted_on else "day of export not known"
        rows.append(("Export", name, each.sha256, f"{each.rows_in} rows in, {each.accepted} judged; {when}."))
    columns = [("What", 11), ("Which", 52), ("SHA-256", 66), ("Remarks", 56)]
    purpose = (
        "“privacy-audit verify” compares every file of the run with manifest.json; “explain” tells a finding's chain."
    )
    return Table("Evidence", purpose, columns, rows)


def _oldest(result: Result) -> str:
    used = {name: rule for each in result.observations for name, rule in each.rules_used.items()}
    days = [rule.checked for rule in used.values()]
    return (
        f"{len(days)} of them used; the one checked longest ago: {in_words(min(days))}." if days else "None was used."
    )
