"""The annex: for each check its promise, its logic, the law and when it was last checked; and what tests what."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from matplotlib.figure import Figure

from privacy_audit import __version__
from privacy_audit.audit.finding import Finding
from privacy_audit.audit.gaps import GAP
from privacy_audit.audit.history import trail
from privacy_audit.audit.observe import Observation
from privacy_audit.audit.result import Result
from privacy_audit.audit.standing import RULE, STATUS_WORDS
from privacy_audit.controls.grammar import SEVERITIES, Breach, Control
from privacy_audit.dates import long_date
from privacy_audit.reports.pictures.charts import LOOKS
from privacy_audit.reports.pictures.figure import (
    GRID,
    PALE,
    WIDTH,
    Look,
    Picture,
    box,
    canvas,
    cut,
    heading,
    line,
    measure,
    write,
    write_heading,
)
from privacy_audit.reports.screen import LIMITS, SIGNS
from privacy_audit.reports.tables import Table, places
from privacy_audit.settings.rulebook import InForce, cited

MARKS = {"met": "✓", "met_with_waivers": "✓", "not_met": "✗", "not_testable": "?", "error": "!", "not_applicable": "–"}
DRAWN = {"met": "kept", "met_with_waivers": "kept", "not_met": "broken", "not_testable": "not_shown", "error": "unread"}
CELL, LEFT = 10.0, 34.0


def annex(result: Result) -> Table:
    """Return each check with its promise, how it is judged, the law and the dated values it rests on."""
    columns = [("Check", 9), ("What must be true", 40), ("The promise", 48), ("How it is judged", 64)]
    columns += [("What it can find", 48), ("The law", 28), ("Values it rests on, and when they were checked", 56)]
    return Table("Annex", "Every check: promise, logic, law.", columns, [_row(result, o) for o in result.observations])


def _row(result: Result, observation: Observation) -> tuple[object, ...]:
    control = observation.control
    promises = result.inputs.policy.naming(control.id)
    quotes = " ".join(f"“{each.quote}” ({each.id})" for each in promises) or f"None: {asked_by(result, control)}."
    reasons = " · ".join(dict.fromkeys(each.why.rstrip(".") for each in control.reasons.values()))
    values = "; ".join(_value(rule) for _, rule in sorted(observation.rules_used.items())) or "no dated value"
    return control.id, control.title, quotes, control.explanation, reasons, observation.law, values


def asked_by(result: Result, control: Control) -> str:
    """Return why a check is made that tests no statement of the policy."""
    why = cited(control.asked_by_law, result.inputs.law, result.inputs.request.as_at)
    return why or "the policy makes no such promise"


def _value(rule: InForce) -> str:
    marked = ", not all of it verified" if rule.mark else ""
    return f"{rule.title} ({rule.source}; checked {long_date(rule.checked)}{marked})"


def tested(result: Result) -> str:
    """Return how many statements of the policy are tested, and by how many checks that they name."""
    statements = result.inputs.policy.commitments
    named = [each.controls for each in statements if each.controls]
    number = len({check for checks in named for check in checks})
    return f"{len(named)} of {len(statements)} statements are tested by {number} check{'s' * (number != 1)}"


def matrix(result: Result) -> Picture:
    """Draw which checks test which statement of the policy, and how each came out."""
    statements, title = result.inputs.policy.commitments, tested(result)
    cells = {(each.id, check): result.standing.of_check(each, check) for each in statements for check in each.controls}
    checks = sorted({check for _, check in cells})
    numbers = tuple((statement, f"{check} {STATUS_WORDS[status]}", 1) for (statement, check), status in cells.items())
    told = "; ".join(f"{statement}: {check}" for statement, check, _ in numbers)
    rows = tuple(each.id for each in statements if each.controls)
    return Picture(grid, (rows, tuple(checks), frozenset(cells.items()), title), f"{title}. {told}.", numbers)


def grid(rows: tuple[str, ...], columns: tuple[str, ...], cells: frozenset[tuple[Any, str]], title: str) -> Figure:
    """Return a grid of statements and checks; a cell's look and sign show how the check came out."""
    wide = max(9.0, min(CELL * 1.4, (WIDTH - LEFT) / max(1, len(columns))))
    width = max(WIDTH, LEFT + wide * len(columns))
    heads, top = heading(title, width)
    key = top + 4
    top += 14 + max((measure(each, 7) for each in columns), default=0)
    bottom, right = top + CELL * len(rows), LEFT + wide * len(columns)
    paper = canvas(width, bottom + 2)
    write_heading(paper, heads)
    write(paper, 0, key, "✓ met  ·  ✗ not met  ·  ? cannot be shown  ·  – does not apply", size=8)
    for index, name in enumerate(columns):
        x = LEFT + wide * index
        write(paper, x + wide / 2, top - 3, name, size=7, upright=True)
        line(paper, (x, top), (x, bottom), GRID)
    for index, name in enumerate(rows):
        y = top + CELL * index
        write(paper, 0, y + CELL / 2, cut(name, LEFT - 3, 7), size=7)
        line(paper, (0, y), (right, y), GRID)
    for (row, column), status in sorted(cells):
        x, y = LEFT + wide * columns.index(column), top + CELL * rows.index(row)
        look = LOOKS.get(DRAWN.get(status, ""), Look(PALE))
        box(paper, (x, y, wide, CELL), Look(look.colour), "")
        write(paper, x + wide / 2, y + CELL / 2, MARKS[status], size=7, anchor="center", colour=look.ink)
    return paper.figure


COLUMNS = (
    *(("How serious", 12), ("Ask whom", 26), ("Question", 58), ("What is not known", 48), ("Held up", 18)),
    *(("Records", 9), ("Where", 40), ("By", 13), ("Answer", 30), ("Answered on", 13), ("Finding", 12)),
)
PURPOSE = (
    "What the records do not tell, as questions to somebody who knows. Write the answer beside it, and put it into "
    "the register before the next export: an answer here alone changes no finding."
)


def ask(result: Result) -> Table:
    """Return what the records do not tell as questions, each once, in the order of the findings."""
    asked: dict[tuple[str, str], list[Finding]] = {}
    for each in unknown(result):
        asked.setdefault((whom(result, each), question(each)), []).append(each)
    rows = [
        (
            SIGNS[found[0].severity],
            *words,
            " ".join(dict.fromkeys(each.reason for each in found)),
            ", ".join(sorted({name for each in found for name in each.blocks or (each.control,)})),
            sum(each.number for each in found),
            places([origin for each in found for origin in each.sources]),
            min(each.due_on for each in found),
            None,
            None,
            ", ".join(each.id for each in found),
        )
        for words, found in asked.items()
    ]
    return Table("Ask", PURPOSE, COLUMNS, rows)


def unknown(result: Result) -> list[Finding]:
    """Return the findings that an answer could settle: no note about what is known, such as the policy's words."""
    known = {
        (each.control.id, clause.code)
        for each in result.observations
        for clause in each.clauses
        if isinstance(clause, Breach)
    }
    open_ = [each for each in result.findings if each.outcome == "not_shown"]
    return [each for each in open_ if (each.control, each.reason_code) not in known or each.reason_code == GAP]


def whom(result: Result, finding: Finding) -> str:
    """Return who can answer: the supplier, who decides about the policy, or who keeps and exports the register."""
    schema = result.inputs.schemas[finding.register]
    if schema.supplier and finding.reason_code != GAP:
        return finding.record.partition(": ")[0]
    if schema.policy_words:
        return "the owner or a director"
    register = finding.register if finding.register in result.inputs.folder.about.extracts else finding.over
    extract = result.inputs.folder.about.extracts.get(register)
    return extract.by if extract and extract.by else f"whoever keeps: {schema.title.casefold()}"


def question(finding: Finding) -> str:
    """Return what to ask for, from what to do about it."""
    first, stop, rest = finding.remedy.rstrip(".").partition(". ")
    return f"Could you {first[:1].lower()}{first[1:]}?" + (f" {rest}." if stop else "")


TERMS = [
    ("Words: fact and gap", "A fact contradicts a promise or the law; a gap only keeps it from being shown."),
    ("Words: IDTA, UK Addendum", "The two standard contracts approved for sending personal data out of the UK."),
    ("Words: UK Extension", "The part of the EU–US Data Privacy Framework by which US firms may receive UK data."),
    ("Words: suppression list", "Addresses that must not be written to, kept so that they are not added again."),
    ("Words: results hash", "A fingerprint of the findings: the same findings always have the same one."),
]


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
            ("Declared by the firm", f"{each.column}: none, because {each.because} ({each.by}, {long_date(each.on)})")
        )
    policy = inputs.policy
    read = f"by {policy.read_by}, {long_date(policy.read_on)}" if policy.is_read and policy.read_on else "by nobody yet"
    rows.append(("The policy was read clause by clause", f"{read}. GOV-02 and GOV-03 rest on that reading."))
    rows += _made_again(result)
    silent = ", ".join(o.control.id for o in result.observations if not o.promised)
    if silent:
        rows.append((f"Checks {silent}", "They do not apply: the policy makes no such promise."))
    for waived in result.waivers:
        waiver = waived.waiver
        about = f"finding {waiver.finding}, {waiver.approved_by}, until {long_date(waiver.expires)}: {waiver.reason}"
        rows.append((f"Waiver that {waived.state}", about))
    used = {name: rule for o in result.observations for name, rule in o.rules_used.items()}
    for name, rule in sorted(used.items()):
        if rule.mark:
            rows.append((f"The law: {rule.title}", f"{rule.mark} ({name} in {rule.file})"))
    rows += TERMS
    return Table("Limits", "What this audit does not show.", [("Limit", 34), ("What it means", 110)], rows)


def _made_again(result: Result) -> Iterator[tuple[str, str]]:
    """Yield that the report rests on something that somebody looked at only after the day it is dated."""
    rules = [rule for o in result.observations for rule in o.rules_used.values()]
    days = [rule.checked for rule in rules] + [result.inputs.policy.read_on or result.inputs.issued_on]
    if max(days) > result.inputs.issued_on:
        dated, seen = long_date(result.inputs.issued_on), long_date(max(days))
        rests = f"it rests on what was looked at up to {seen}: the policy's words, and whether the law still held."
        yield "Made again later", f"The report is dated {dated}; {rests}"


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
        (
            "Quarter",
            str(request.quarter),
            "",
            f"As at {long_date(request.as_at)}, issued {long_date(inputs.issued_on)}.",
        ),
        ("Code", f"privacy-audit {__version__}", "", "manifest.json holds the hash of the code and of every output."),
    ]
    for each in inputs.folder.receipts:
        name = f"{each.file}, sheet “{each.sheet}”" if each.sheet else each.file
        when = f"exported {long_date(each.extracted_on)}" if each.extracted_on else "day of export not known"
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
        f"{len(days)} of them used; the one checked longest ago: {long_date(min(days))}." if days else "None was used."
    )


ADVICE = (
    "Take advice from your broker or a solicitor before you share any of this with an insurer. "
    "This sheet is no legal advice, and it takes no view on what must be told."
)
EACH = "Each is a record to look at, not a conclusion."
EDITIONS = [
    ("This workbook", "For the firm and its adviser. It holds every finding; do not pass it on without advice."),
    ("accountant.xlsx", "When records may go, by ledger reference or token; disposals, holds, the ICO fee. No names."),
    (
        "insurer.xlsx",
        "Draft answers to what proposal forms ask, with what was found. Check, complete, then sign.",
    ),
    (
        "The look-up",
        "Tokens and the clients they stand for, encrypted: “privacy-audit lookup”. Hand it over by itself.",
    ),
]


def before_you_share(result: Result) -> Table:
    """Return what knowing the findings may mean for renewal and notification, and which edition is for whom."""
    inputs = result.inputs
    rows: list[tuple[object, ...]] = [("First of all", ADVICE, "")]
    facts = [each for each in result.findings if each.outcome == "broken"]
    found = Counter(each.severity for each in facts)
    told = f" ({', '.join(f'{found[name]} {SIGNS[name]}' for name in SEVERITIES if found[name])})" if facts else ""
    taken = sum(bool(each.waiver) for each in facts)
    told += f", of which {taken} accepted as an exception: it is known all the same" if taken else ""
    rows.append(("Known since this run", f"Facts found: {len(facts)}{told}. {EACH}", ""))
    for rule in (inputs.law.rules.get(name) for name in ("fair_presentation", "notification")):
        if rule and rule.holds(inputs.request.as_at):
            now = rule.in_force(inputs.request.as_at)
            mark = f"; {now.mark}" if now.mark else ""
            rows += [(rule.title, each, now.source + mark) for each in rule.on(inputs.request.as_at)]
    rows += [(f"What to hand over: {name}", what, "") for name, what in EDITIONS]
    rows.append(("Gaps", "An answer that is not known is written as not known. Never guess in a proposal.", ""))
    columns = [("About", 34), ("What to bear in mind", 100), ("Source", 44)]
    return Table("Before you share", ADVICE, columns, rows)


GLOSSARY = {
    "Adequacy": "The UK government's finding that another country protects personal data well enough to send it there.",
    "Article 28 terms": "What the UK GDPR wants a contract with a processor to say, such as that it keeps data secure.",
    "Cannot be shown": "The records do not tell whether it is so. It is never counted as kept.",
    "Check": "The test of one or more statements of the policy. Auditors say control.",
    "Controller": "Who decides why and how personal data is used: here, the firm.",
    "Declared": "Somebody at the firm says so, by name and day; no record shows it.",
    "Does not apply": "Nothing is there that the check could test, or the policy makes no such promise.",
    "Fact": "A finding that contradicts a promise of the policy, or the law.",
    "Finding": "One record and one reason: either a fact or a gap.",
    "Gap": "A finding that something is missing from the records, so that nobody can tell.",
    "House limit": "Good practice, neither law nor promised. It gives notes only, until the firm adopts it.",
    "IDTA": "International Data Transfer Agreement: a standard contract for sending personal data out of the UK.",
    "Inspected": "Somebody looked at the document itself, and is named with the day.",
    "Legal hold": "Records that must not be destroyed for now, because of a claim or an inquiry.",
    "PECR": "The Privacy and Electronic Communications Regulations 2003: rules for marketing by e-mail and phone.",
    "Processor": "A supplier that handles personal data for the firm, and only as it is told.",
    "Recorded": "A register says so; nobody has looked at the document behind it.",
    "Rejected row": "A row that could not be read; the sheet Files read says why. No row is left out in silence.",
    "Results hash": "A fingerprint of the findings: the same findings always have the same one.",
    "Soft opt-in": "The exception of PECR regulation 22(3): marketing to a customer who could refuse, then and since.",
    "State": "How far a task has come: open, in progress or closed. People set it on the sheet Tasks.",
    "Statement": "One sentence of the policy, quoted word for word. It can be a promise, or tell people something.",
    "Suppression list": "Addresses that must not be written to, kept so that they are not added again.",
    "Task": "One thing to do that settles every finding with the same cause.",
    "Token": "A short name in place of a person. The firm's own key makes it; without the key it tells nothing.",
    "UK Addendum": "What makes the EU's standard clauses fit for personal data from the UK.",
    "UK Extension": "The part of the EU–US Data Privacy Framework by which US firms may receive UK data.",
    "Waiver": "An exception that somebody named has accepted, with a reason and a last day.",
}


def glossary() -> Table:
    """Return the words of the report and what they mean."""
    return Table("Glossary", "Words of this report.", [("Word", 22), ("What it means", 120)], sorted(GLOSSARY.items()))


def trend(result: Result) -> Table:
    """Return for each quarter on record how many findings and tasks it had, the newest last."""
    past = list(trail(result.comparison.last_quarter, result.inputs.home))
    rows = [_trend_row(each.quarter, each.findings.values(), len(each.tasks)) for each in reversed(past)]
    rows.append(
        _trend_row(str(result.inputs.request.quarter), [vars(each) for each in result.findings], len(result.tasks))
    )
    columns = [("Quarter", 12), ("Findings", 11), *((name.capitalize(), 11) for name in SEVERITIES)]
    columns += [("Facts", 11), ("Gaps", 11), ("Tasks", 11)]
    purpose = (
        "Each quarter as it was found: audited again from its own exports where they are kept, else from its findings. "
        "A fact contradicts a promise or the law, also where somebody accepted it as an exception; a gap only keeps it "
        "from being shown."
    )
    return Table("Trend", purpose, columns, rows)


def _trend_row(quarter: str, findings: Iterable[Mapping[str, Any]], tasks: int) -> tuple[object, ...]:
    """Return one quarter's counts; facts and gaps are a dash where an old file does not tell them apart."""
    found = list(findings)
    kinds = [each.get("outcome") for each in found]
    told = None not in kinds
    severities = [sum(each["severity"] == name for each in found) for name in SEVERITIES]
    facts, gaps = (kinds.count("broken"), kinds.count("not_shown")) if told else ("–", "–")
    return quarter, len(found), *severities, facts, gaps, tasks
