"""The tables of a report, each made once and rendered by the notebook, the page and the workbook alike."""

from collections.abc import Sequence
from dataclasses import dataclass

from privacy_audit.dates import in_words
from privacy_audit.engine import BROKEN, KEPT, NOT_SHOWN, OUT_OF_SCOPE
from privacy_audit.finding import Finding
from privacy_audit.rating import RULE, STATUS_WORDS
from privacy_audit.registers.register import Origin
from privacy_audit.reports.screen import LIMITS, SIGNS, law_words
from privacy_audit.result import Result
from privacy_audit.sections import Section
from privacy_audit.tasks import RULE as ORDER

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
PLACES = 3
WORDS = [
    ("Words: fact and gap", "A fact contradicts a promise or the law; a gap only keeps it from being shown."),
    ("Words: IDTA, UK Addendum", "The two standard contracts approved for sending personal data out of the UK."),
    ("Words: UK Extension", "The part of the EU–US Data Privacy Framework by which US firms may receive UK data."),
    ("Words: suppression list", "Addresses that must not be written to, kept so that they are not added again."),
    ("Words: results hash", "A fingerprint of the findings: the same findings always have the same one."),
]


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
    status = result.statuses[control]
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
    return f"{waiver.approved_by}, until {in_words(waiver.expires)}: {waiver.reason}" if waiver else ""


def since(result: Result) -> Table:
    """Return what was settled since the quarter before, and what is new or back."""
    rows: list[tuple[object, ...]] = [
        ("settled", each["control"], each["reason"], each.get("first_seen", "")) for each in result.compared.resolved
    ]
    rows += [
        (CHANGE_WORDS[each.change], each.control, each.reason, each.first_seen)
        for each in result.findings
        if each.change in {"new", "reopened", "worsened", "improved"}
    ]
    columns = [("Change", 18), ("Check", 10), ("Finding", 90), ("First seen", 12)]
    past = result.compared.past
    purpose = f"Compared with {past.quarter}, finding by finding." if past else "There is no earlier quarter on record."
    return Table("Since last quarter", purpose, columns, rows if past else [])


def findings_of(section: Section) -> Table:
    """Return a section's findings in the columns that fit a page."""
    columns = [("How serious", 12), ("Check", 9), ("What was found", 56), ("Where", 48), ("What to do", 44), ("By", 14)]
    return Table(f"Findings: {section.title}", "", columns, [_told(each) for each in section.findings])


def _told(each: Finding) -> tuple[object, ...]:
    checks = ", ".join(each.blocks) or each.control
    return SIGNS[each.severity], checks, each.reason, places(each.sources), each.remedy, each.due_on


def controls(result: Result, section: Section | None = None) -> Table:
    """Return the controls of one section or all, with what they counted; the sums close."""
    columns = [("Check", 9), ("What must be true", 56), ("Status", 18), ("Rows", 8), ("Out of scope", 10), ("Kept", 8)]
    columns += [("Broken", 8), ("Cannot be shown", 11), ("Unread", 8), ("The law", 30), ("Law last checked", 18)]
    rows = []
    for each in section.controls if section else result.observations:
        checked = min((rule.versions[-1].checked for rule in each.rules_used.values()), default="no dated value")
        counts = (each.counts[kind] for kind in (OUT_OF_SCOPE, KEPT, BROKEN, NOT_SHOWN))
        words = (each.control.id, each.control.title, status_words(result, each.control.id))
        rows.append((*words, each.rows, *counts, each.unread, each.control.law, checked))
    return Table("Checks", "Rows = out of scope + kept + broken + cannot be shown + unread.", columns, rows)


def promises(result: Result, section: str) -> Table:
    """Return one section's statements and how each stands."""
    columns = [
        ("Statement", 10),
        ("The policy's words", 70),
        ("How it stands", 22),
        ("Checks", 22),
        ("Not by records", 48),
    ]
    rows = [
        (c.id, f"“{c.quote}”", PROMISE_WORDS[result.promises[c.id]], ", ".join((*c.controls, *c.planned)), c.why)
        for c in result.inputs.policy.commitments
        if c.section == section
    ]
    return Table(f"Section {section}", "What the section says, and how it stands.", columns, rows)


def ratings(result: Result) -> Table:
    """Return each section's rating."""
    rows = [(each.title, each.rating, ", ".join(o.control.id for o in each.controls)) for each in result.sections]
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
            PROMISE_WORDS[result.promises[c.id]],
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
        said = [r.error, *(repair.what for repair in r.repairs)]
        said += [f"Row {each.row}: {each.reason}" for each in r.rejected]
        said += [f"Row {each.row}, {each.column}: {each.what} Read as unknown." for each in r.unread_cells]
        numbers = (r.rows_in, r.accepted, len(r.rejected), len(r.unread_cells))
        name, when = r.file + (f", sheet “{r.sheet}”" if r.sheet else ""), r.extracted_on or "not known"
        rows.append((r.register, name, *numbers, r.mapping, when, " ".join(filter(None, said)), r.sha256[:16]))
    return Table("Files read", "Rows in = judged + rejected, for every file.", columns, rows)


def limits(result: Result) -> Table:
    """Return what this audit does not show."""
    inputs = result.inputs
    unknown = [name.replace("_", " ") for name, value in inputs.policy.firm.facts.model_dump().items() if value is None]
    rows: list[tuple[str, str]] = [("Scope", LIMITS), ("How sections are rated", RULE)]
    rows += [("Not known about the firm", ", ".join(unknown))] if unknown else []
    rows += [("Incomplete", why) for why in result.incomplete]
    rows += [(f"Check {o.control.id}", f"Cannot be shown: {why}.") for o in result.observations for why in o.blocked]
    rows += [("File not read", name) for name in inputs.folder.others]
    for each in (*inputs.policy.firm.declared, *inputs.folder.about.declared):
        rows.append(
            ("Declared by the firm", f"{each.column}: none, because {each.because} ({each.by}, {in_words(each.on)})")
        )
    policy = inputs.policy
    read = f"by {policy.read_by}, {in_words(policy.read_on)}" if policy.is_read and policy.read_on else "by nobody yet"
    rows.append(("The policy was read clause by clause", f"{read}. GOV-02 and GOV-03 rest on that reading."))
    silent = ", ".join(o.control.id for o in result.observations if not o.promised)
    if silent:
        rows.append((f"Checks {silent}", "They do not apply: the policy makes no such promise."))
    for waived in result.waivers:
        waiver = waived.waiver
        about = f"finding {waiver.finding}, {waiver.approved_by}, until {in_words(waiver.expires)}: {waiver.reason}"
        rows.append((f"Waiver that {waived.standing}", about))
    used = {name: rule for o in result.observations for name, rule in o.rules_used.items()}
    for name, rule in sorted(used.items()):
        if rule.versions[-1].mark:
            rows.append((f"The law: {rule.title}", f"{rule.versions[-1].mark} ({name} in {rule.file})"))
    rows += WORDS
    return Table("Limits", "What this audit does not show.", [("Limit", 34), ("What it means", 110)], rows)
