"""The tables of a report, each made once and rendered by the notebook, the page and the workbook alike."""

from collections.abc import Sequence
from dataclasses import dataclass

from privacy_audit.audit.engine import BROKEN, KEPT, NOT_SHOWN, OUT_OF_SCOPE
from privacy_audit.audit.finding import Finding
from privacy_audit.audit.result import Result
from privacy_audit.audit.standing import RULE, STATUS_WORDS, Section
from privacy_audit.audit.tasks import RULE as ORDER
from privacy_audit.dates import long_date
from privacy_audit.registers.register import Origin
from privacy_audit.reports.screen import SIGNS, law_words

PROMISE_WORDS = {
    "kept": "✓ kept",
    "kept_with_waivers": "✓ kept, with accepted exceptions",
    "broken": "✗ broken",
    "cannot_be_shown": "? cannot be shown",
    "not_applicable": "– does not apply",
    "not_checked": "– not fully checked",
}
CHANGE_WORDS: dict[str | None, str] = {
    "new": "new",
    "persisting": "still there",
    "worsened": "still there, worse",
    "improved": "still there, better",
    "reopened": "back again",
}
STATUS_SIGNS = {"met": "✓", "met_with_waivers": "✓", "not_met": "✗", "not_testable": "?", "error": "!"}
# How a pass is known; the others are no passes.
PASSES = {"met", "met_with_waivers", "not_applicable"}
GRADES = {"declared": "declared by the firm", "recorded": "recorded", "inspected": "read by eye"}
PLACES = 3


@dataclass(frozen=True)
class Table:
    """A title, what the table is for, its columns with their widths in Excel, and its rows of plain values."""

    title: str
    purpose: str
    columns: Sequence[tuple[str, float]]
    rows: Sequence[Sequence[object]]

    @property
    def head(self) -> list[str]:
        """The columns' names."""
        return [name for name, _ in self.columns]

    @property
    def shares(self) -> list[float]:
        """The columns' widths in per cent of the table's."""
        whole = sum(width for _, width in self.columns)
        return [round(100 * width / whole, 1) for _, width in self.columns]

    def only(self, *names: str) -> "Table":
        """Return the table with these columns alone, in the order named."""
        at = [self.head.index(name) for name in names]
        rows = [[row[index] for index in at] for row in self.rows]
        return Table(self.title, self.purpose, [self.columns[index] for index in at], rows)


def status_words(result: Result, control: str) -> str:
    """Return a control's status as a sign and words."""
    status = result.standing.statuses[control]
    return f"{STATUS_SIGNS.get(status, '–')} {STATUS_WORDS[status]}"


def places(origins: Sequence[Origin], most: int = PLACES) -> str:
    """Return where rows stand; the first few by name, the others by number."""
    by_file: dict[str, list[str]] = {}
    for each in origins[:most]:
        where = f"{each.file}, sheet “{each.sheet}”" if each.sheet else each.file
        by_file.setdefault(where, []).extend([str(each.row)] if each.row else [])
    texts = [
        f"{file}, row{'s' * (len(rows) > 1)} {', '.join(rows)}" if rows else file for file, rows in by_file.items()
    ]
    return "; ".join(texts) + (f" and {len(origins) - most} more" if len(origins) > most else "")


def tasks(result: Result) -> Table:
    """Return every task, in the order in which to do them."""
    columns = [("How serious", 12), ("Task", 58), ("Why", 36), ("Whom it touches", 34), ("Minutes", 9), ("By", 18)]
    columns += [("Check", 9), ("Findings", 10)]
    rows = [
        (SIGNS[t.severity], t.title, t.why, t.touches, t.effort, t.due_on, t.control, len(t.findings))
        for t in result.tasks
    ]
    return Table("Tasks", f"Everything to do. {ORDER}", columns, rows)


def findings(result: Result) -> Table:
    """Return all findings: one line for each record and reason."""
    columns = [("How serious", 12), ("Fact or gap", 9), ("Check", 9), ("Record", 30), ("What was found", 56)]
    columns += [("Where", 48), ("What to do", 44), ("By", 14), ("Since last quarter", 16), ("First seen", 10)]
    columns += [("Accepted by", 30), ("The law", 30), ("Finding", 12)]
    rows = []
    for each in result.findings:
        kind = "fact" if each.outcome == "broken" else "gap"
        seriousness, checks, *told = _told(each)
        history = (CHANGE_WORDS.get(each.change or "", ""), each.first_seen, accepted(each))
        rows.append((seriousness, kind, checks, each.record, *told, *history, law_words(each), each.id))
    purpose = "One line for each record and reason. A record is a number, a supplier or a token, never a person's name."
    return Table("Findings", purpose, columns, rows)


def accepted(finding: Finding) -> str:
    """Return who accepted a finding as an exception, until when and why."""
    waiver = finding.waiver
    return f"{waiver.approved_by}, until {long_date(waiver.expires)}: {waiver.reason}" if waiver else ""


def since(result: Result) -> Table:
    """Return what was settled since the quarter before, and what is new or back."""
    rows: list[tuple[object, ...]] = [
        ("settled", each["control"], each["record"], f"It was: {each['reason']}", each.get("first_seen", ""))
        for each in result.comparison.resolved
    ]
    rows += [
        ("nobody can tell", each["control"], each["record"], f"It was: {each['reason']}", each.get("first_seen", ""))
        for each in result.comparison.unclear.values()
    ]
    rows += [
        (CHANGE_WORDS[each.change], each.control, each.record, each.reason, each.first_seen)
        for each in result.findings
        if each.change in {"new", "reopened", "worsened", "improved"}
    ]
    columns = [("Change", 18), ("Check", 10), ("Record", 30), ("Finding", 80), ("First seen", 12)]
    past = result.comparison.last_quarter
    purpose = f"Compared with {past.quarter}, finding by finding." if past else "There is no earlier quarter on record."
    return Table("Since last quarter", purpose, columns, rows if past else [])


def findings_of(section: Section) -> Table:
    """Return a section's findings in the columns that fit a page."""
    columns = [("How serious", 12), ("Check", 9), ("What was found", 56), ("Where", 48), ("What to do", 44), ("By", 14)]
    return Table(f"Findings: {section.title}", "", columns, [_told(each) for each in section.findings])


def _told(each: Finding) -> tuple[object, ...]:
    checks = ", ".join(each.blocks) or each.control
    todo = (f"Nothing: accepted by {accepted(each)}", "accepted") if each.waiver else (each.remedy, each.due_on)
    return SIGNS[each.severity], checks, each.reason, places(each.sources), *todo


def controls(result: Result, section: Section | None = None) -> Table:
    """Return the controls of one section or all, with what they counted; the sums close."""
    columns = [("Check", 9), ("What must be true", 56), ("Status", 18), ("Rows", 8), ("Out of scope", 10), ("Kept", 8)]
    columns += [("Broken", 8), ("Cannot be shown", 11), ("Unread", 8), ("How known", 14), ("The law", 30)]
    columns += [("Law last checked", 18)]
    rows = []
    for each in section.controls if section else result.observations:
        checked = min((rule.checked for rule in each.rules_used.values()), default="no dated value")
        counts = (each.counts[kind] for kind in (OUT_OF_SCOPE, KEPT, BROKEN, NOT_SHOWN))
        words = (each.control.id, each.control.title, status_words(result, each.control.id))
        known = GRADES[each.grade] if result.standing.statuses[each.control.id] in PASSES else "–"
        rows.append((*words, each.rows, *counts, each.unread, known, each.law, checked))
    return Table("Checks", "Rows = out of scope + kept + broken + cannot be shown + unread.", columns, rows)


def promises(result: Result, section: str) -> Table:
    """Return one section's statements and how each stands."""
    columns = [("Statement", 10), ("The policy's words", 70), ("How it stands", 22), ("Checks", 22)]
    columns += [("Not by records", 48)]
    rows = [
        (c.id, f"“{c.quote}”", PROMISE_WORDS[result.standing.states[c.id]], ", ".join((*c.controls, *c.planned)), c.why)
        for c in result.inputs.policy.commitments
        if c.section == section
    ]
    return Table(f"Section {section}", "What the section says, and how it stands.", columns, rows)


def ratings(result: Result) -> Table:
    """Return each section's rating."""
    rows = [
        (each.title, each.rating, ", ".join(o.control.id for o in each.controls)) for each in result.standing.sections
    ]
    return Table("Ratings", RULE, [("Section", 30), ("Rating", 16), ("Checks", 40)], rows)


def coverage(result: Result) -> Table:
    """Return all statements of the policy with their checks, or why records cannot show them."""
    columns = [("Statement", 11), ("Section", 9), ("The policy's words", 66), ("How it stands", 20), ("Checks", 12)]
    columns += [("To come", 26), ("Why not by records", 48)]
    rows = [
        (
            c.id,
            c.section,
            c.quote,
            PROMISE_WORDS[result.standing.states[c.id]],
            ", ".join(c.controls),
            ", ".join(c.planned),
            c.why,
        )
        for c in result.inputs.policy.commitments
    ]
    return Table("Coverage", "Every statement of the policy, and what tests it.", columns, rows)


def files(result: Result) -> Table:
    """Return how every file became rows."""
    columns = [("Register", 13), ("File", 44), ("Rows in", 9), ("Judged", 9), ("Rejected", 9), ("Cells unread", 9)]
    columns += [("Read by", 22), ("Exported on", 18), ("Remarks", 70), ("SHA-256", 18)]
    rows = []
    for r in result.inputs.folder.receipts:
        said = [r.error, f"Exported by {r.extracted_by}." if r.extracted_by else ""]
        said += [f"Left out when it was exported: {r.filters}."] if r.filters else []
        said += [f"“{column}” adds up to {total}." for column, total in r.sums.items()]
        said += [repair.what for repair in r.repairs]
        said += [f"Row {each.row}: {each.reason}" for each in r.rejected]
        said += [f"Row {each.row}, {each.column}: {each.what} Read as unknown." for each in r.unread_cells]
        numbers = (r.rows_in, r.accepted, len(r.rejected), len(r.unread_cells))
        name, when = r.file + (f", sheet “{r.sheet}”" if r.sheet else ""), r.extracted_on or "not known"
        rows.append((r.register, name, *numbers, r.mapping, when, " ".join(filter(None, said)), r.sha256[:16]))
    return Table("Files read", "Rows in = judged + rejected, for every file.", columns, rows)
