"""A working paper over one register: what was tested, on which files, how, with what result and conclusion.

The idea is that of ISA 230: somebody who was not there can see what was done, on what, and do it again. It is borrowed,
not claimed: this is a firm's look at its own records, and no assurance engagement.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from privacy_audit.audit.finding import Finding
from privacy_audit.audit.result import Result
from privacy_audit.audit.standing import STATUS_WORDS, Section
from privacy_audit.dates import long_date
from privacy_audit.registers.receipt import Receipt
from privacy_audit.reports.results_json import results_hash
from privacy_audit.reports.screen import EXAMPLE, SIGNS
from privacy_audit.reports.tables import Table, accepted, places

RULES = (
    "A blank that means unknown is never a pass. Rows that could not be read are counted as unread. Dates are compared "
    "as at the day of the audit, never with the clock."
)
LIMIT = (
    "Made by the audit program from the firm's own registers: no assurance engagement, and no opinion of an "
    "independent auditor. Whoever prepares and reviews this paper signs a copy of it, at the top: "
    "a published file is hashed."
)
# What may be said of checks by their status, of one and of several; the worst first.
CONCLUDED = {
    "error": ("{} could not be run, so nothing can be concluded about it.",) * 2,
    "not_met": ("The registers contradict what {} asks.", "The registers contradict what {} ask."),
    "not_testable": ("Whether {} is met cannot be shown.", "Whether {} are met cannot be shown."),
    "met_with_waivers": ("{} is met but for accepted exceptions.", "{} are met but for accepted exceptions."),
    "met": ("{} is met on the records read.", "{} are met on the records read."),
    "not_applicable": ("{} does not apply.", "{} do not apply."),
}


@dataclass(frozen=True)
class Paper:
    """What one paper is about; `files` are the registers whose files it rests on, `also` the checks beyond its own."""

    register: str
    title: str
    objective: str
    files: tuple[str, ...]
    also: tuple[str, ...] = ()


PAPERS = {
    each.register: each
    for each in (
        Paper(
            "clients",
            "Clients and former clients",
            "To see whether records of clients, and of people who only asked, are kept as long as the policy and tax "
            "law ask and no longer, and whether what was deleted is gone and noted.",
            ("clients", "invoices"),
        ),
        Paper(
            "processors",
            "Suppliers and other recipients",
            "To see whether everybody who handles personal data for the firm does so under a written contract with the "
            "terms of Article 28(3), and whether somebody has looked at how they keep it secure.",
            ("processors",),
        ),
        Paper(
            "transfers",
            "Transfers out of the UK",
            "To see whether everything that is sent to somebody outside the UK is protected there by what fits the "
            "country and the day.",
            ("transfers", "processors"),
            ("TRF-01",),
        ),
    )
}


def tested(result: Result, name: str) -> Section:
    """Return the checks of a paper and all that was found about its register, gaps and doubled records included."""
    paper = PAPERS[name]
    checks = tuple(o for o in result.observations if o.control.register == name or o.control.id in paper.also)
    found = tuple(each for each in result.findings if _is_about(each, paper, {o.control.id for o in checks}))
    return Section(name, paper.title, "Cannot say", checks, found)


def _is_about(finding: Finding, paper: Paper, checks: set[str]) -> bool:
    own = finding.control in checks or bool(checks & set(finding.blocks))
    of_file = finding.register in {"keys", "columns"} and finding.record.startswith(f"{paper.register}: ")
    return own or of_file


def receipts(result: Result, name: str) -> list[Receipt]:
    """Return the receipts of the files that a paper rests on, those that could not be read among them."""
    return [each for each in result.inputs.folder.receipts if each.register in {*PAPERS[name].files, "unknown", ""}]


def head(result: Result, name: str) -> Table:
    """Return the head of a paper: what, why, on what, how, with what result."""
    paper, inputs, request = PAPERS[name], result.inputs, result.inputs.request
    section = tested(result, name)
    period = (
        f"{long_date(request.quarter.first)} to {long_date(request.quarter.last)}, as at {long_date(request.as_at)}"
    )
    rows = [
        ("Working paper", paper.title + (f"   [{EXAMPLE}]" if inputs.fictional else "")),
        ("Firm", inputs.policy.firm.name),
        ("Period", f"{request.quarter}: {period}; issued {long_date(inputs.issued_on)}"),
        ("Objective", paper.objective),
        ("What is tested", "; ".join(f"{o.control.id} {o.control.title.rstrip('.')}" for o in section.controls) + "."),
        ("Sources", " ".join(_source(result, each) for each in receipts(result, name)) or "None: no file was read."),
        ("Criteria", f"Policy {inputs.policy.sha256[:16]} ({inputs.policy.file}), rulebook {inputs.law.sha256[:16]}."),
        ("Procedure", f"{_procedure(result, name)} {RULES}"),
        ("Result", counted(result, name)),
        ("Conclusion", " ".join(concluded(result, name))),
        ("Belongs to", f"the run whose results hash is {results_hash(result)[:16]}"),
        ("Limits", LIMIT),
    ]
    return Table(paper.title, "", [("Head", 22), ("What it says", 110)], rows)


def _procedure(result: Result, name: str) -> str:
    """Return which rows were judged by which checks: all that were read, by all that were made, and what was not."""
    sources, checks = receipts(result, name), tested(result, name).controls
    if not any(each.accepted for each in sources):
        return "No row was read, so that no check of this paper judged any."
    rejected = sum(len(each.rejected) for each in sources)
    out = {
        "Not read": [each.file for each in sources if each.error],
        "Rows rejected, and judged by no check": [str(rejected)] if rejected else [],
        "Could not be run": [o.control.id for o in checks if o.error],
        "Not made, since the policy makes no such promise": [o.control.id for o in checks if not o.promised],
    }
    left = [f"{what}: {', '.join(each)}." for what, each in out.items() if each]
    every = "Every row of the files named as sources was read and judged by every check of this paper"
    if left:
        every = "Every row that was read of the files named as sources was judged by every check made of this paper"
    return " ".join([f"{every}; nothing was sampled.", *left])


def _source(result: Result, receipt: Receipt) -> str:
    """Return one file as a source: name, export, rows, hash."""
    name = receipt.file + (f", sheet “{receipt.sheet}”" if receipt.sheet else "")
    if receipt.error:
        return f"{name}: not read."
    extract = result.inputs.folder.about.extracts.get(receipt.register)
    when = f"exported {long_date(receipt.extracted_on)}" if receipt.extracted_on else "nobody said when it was exported"
    by = f" (by: {extract.by})" if extract and extract.by else ""
    filters = f", filtered by {extract.filters}" if extract and extract.filters else ""
    rows = f"{receipt.rows_in} rows in = {receipt.accepted} accepted + {len(receipt.rejected)} rejected"
    return f"{name}: {when}{by}{filters}; {rows}; SHA-256 {receipt.sha256}."


def counted(result: Result, name: str) -> str:
    """Return how the checks came out and how much was found, in words."""
    section = tested(result, name)
    number = Counter(result.standing.statuses[o.control.id] for o in section.controls)
    checks = ", ".join(f"{number[status]} {words}" for status, words in STATUS_WORDS.items() if number[status])
    facts = sum(each.outcome == "broken" for each in section.findings)
    told = (("finding", len(section.findings)), ("fact", facts), ("gap", len(section.findings) - facts))
    found, fact, gap = (f"{count} {word}{'s' * (count != 1)}" for word, count in told)
    return f"{len(section.controls)} checks: {checks or 'none'}. {found}: {fact} against a promise or the law, {gap}."


def concluded(result: Result, name: str) -> list[str]:
    """Return what may be concluded, from the statuses of the checks alone; nothing unknown is ever in order."""
    ids: dict[str, list[str]] = {}
    for each in tested(result, name).controls:
        ids.setdefault(result.standing.statuses[each.control.id], []).append(each.control.id)
    sentences = []
    for status, (one, many) in CONCLUDED.items():
        if status in ids:
            *others, last = ids[status]
            words = f"{', '.join(others)} and {last}" if others else last
            sentences.append((many if others else one).format(words))
    return sentences or ["Nothing was tested, so nothing can be concluded."]


def findings(result: Result, name: str) -> Table:
    """Return all findings of a paper by record."""
    columns = [
        ("Record", 26),
        ("Check", 9),
        ("How serious", 12),
        ("Fact or gap", 8),
        ("What was found", 60),
        ("Where", 40),
    ]
    columns += [("Accepted by", 24), ("Finding", 12)]
    rows = [
        (
            each.record,
            ", ".join(each.blocks) or each.control,
            SIGNS[each.severity],
            "fact" if each.outcome == "broken" else "gap",
            each.reason,
            places(each.sources),
            accepted(each),
            each.id,
        )
        for each in sorted(tested(result, name).findings, key=lambda each: (each.record, each.control))
    ]
    return Table(
        "Findings by record",
        "A record is a number, a supplier or a token, never a person; of a gap it is the column.",
        columns,
        rows,
    )


def dealt_with(result: Result, name: str) -> Table:
    """Return what happened to rows and cells on the way: rejected, read as unknown, mended, left unused."""
    rows = [line for each in receipts(result, name) for line in _dealt(result, each)]
    purpose = "Whatever is not named here was read as it stands."
    return Table("On the way", purpose, [("File", 34), ("Row", 8), ("Column", 26), ("What was done", 80)], rows)


def _dealt(result: Result, receipt: Receipt) -> Iterator[tuple[object, ...]]:
    schema = result.inputs.schemas.get(receipt.register)
    titles = {column.name: column.title for column in schema.fields} if schema else {}
    if receipt.error:
        yield receipt.file, None, "", f"Not read. {receipt.error}"
    for lost in receipt.rejected:
        yield receipt.file, lost.row, titles.get(lost.column, lost.column), f"Rejected: {lost.reason}"
    for cell in receipt.unread_cells:
        yield receipt.file, cell.row, titles.get(cell.column, cell.column), f"Read as unknown: {cell.what}"
    for each in receipt.repairs:
        yield receipt.file, each.row, titles.get(each.column, each.column), each.what
    if receipt.unused:
        yield receipt.file, None, ", ".join(receipt.unused), "Not used by any check."


def spans(result: Result, name: str) -> Table:
    """Return the first and last day in each column of dates: what the export can be compared with its source by."""
    rows = []
    for each in receipts(result, name):
        columns = result.inputs.schemas[each.register].by_name if each.register in result.inputs.schemas else {}
        for column, span in each.control_totals.items():
            rows.append((each.file, columns[column].title, *map(date.fromisoformat, span.split(" to "))))
    columns_ = [("File", 34), ("Column", 30), ("First day", 14), ("Last day", 14)]
    return Table("First and last days", "To compare with the system that the export came from.", columns_, rows)
