"""The first screen: the same five things in the terminal, the Excel's first sheet, the page and the notebook."""

from dataclasses import dataclass
from datetime import date

from privacy_audit.audit.finding import Finding
from privacy_audit.audit.result import Result
from privacy_audit.audit.tasks import Task
from privacy_audit.dates import long_date
from privacy_audit.reports.results_json import results_hash

EXAMPLE = "Example: fictional registers"
LIMITS = (
    "This audit covers the firm as controller of its own data only. It tests what the registers say on one day; it is "
    "not legal advice, and it is not issued or endorsed by the ICO."
)
SIGNS = {"critical": "▲ critical", "major": "◆ major", "minor": "● minor", "note": "○ note"}


@dataclass(frozen=True)
class FirstScreen:
    """Five things a reader needs in the first minute, in words."""

    title: str
    example: str
    headline: str
    first: tuple[Task, ...]
    nothing: str
    since: str
    files: str
    unchecked: str
    results: str


def first_screen(result: Result, results: str = "") -> FirstScreen:
    """Return the first screen of an audit; `results` is its hash, where it is known already."""
    request = result.inputs.request
    rows_in, accepted, rejected = result.rows
    files = len({receipt.file for receipt in result.inputs.folder.receipts if not receipt.error})
    return FirstScreen(
        title=f"{result.inputs.policy.firm.name}: privacy audit {request.quarter}, as at {long_date(request.as_at)}",
        example=EXAMPLE if result.inputs.fictional else "",
        headline=_headline(result),
        first=tuple(result.first_five),
        nothing=nothing(result),
        since=since(result),
        files=f"{files} files read: {rows_in} rows in = {accepted} judged + {rejected} rejected.",
        unchecked=_unchecked(result),
        results=(results or results_hash(result))[:16],
    )


def nothing(result: Result) -> str:
    """Return why there is nothing to do, where there is nothing."""
    number = len(result.findings)
    if not number:
        return "no finding"
    return f"{number} findings, all accepted as exceptions" if number > 1 else "1 finding, accepted as an exception"


def _headline(result: Result) -> str:
    """Return how the promises stand that records can test: each in one part, so that the sum closes."""
    count = result.count
    excepted, aside = count("kept_with_waivers"), count("not_applicable")
    parts = [f"{count('kept')} kept in full"]
    parts += [f"{excepted} kept with accepted exceptions"] if excepted else []
    parts += [f"{count('broken')} broken", f"{count('cannot_be_shown')} cannot be shown"]
    parts += [f"{aside} do{'es' * (aside == 1)} not apply"] if aside else []
    parts.append(f"{count('not_checked')} not fully checked yet")
    exist = f"{len(result.standing.statuses)} of {_planned(result)} planned checks exist"
    return f"Of {len(result.testable)} promises that records can test: {', '.join(parts)} ({exist})."


def _unchecked(result: Result) -> str:
    checks, rest = result.standing.answers_by_kind, result.count("not_checked")
    text = f"{checks['answered']} of {len(result.standing.statuses) - checks['not_made']} checks gave an answer"
    text += f"; {checks['not_made']} not made, since the policy makes no such promise" if checks["not_made"] else ""
    text += f"; {rest} promises wait for checks to be written."
    tested = {each.section for each in result.inputs.policy.commitments if each.controls}
    none = [f"{number} {title}" for number, title in result.inputs.policy.sections.items() if number not in tested]
    text += f" No check looks yet at what these sections say: {', '.join(none)}." if none else ""
    useful = result.most_useful_next()
    if useful:
        told = (
            f"{what} ({len(checks)} check{'s need' if len(checks) > 1 else ' needs'} it)" for what, checks in useful
        )
        text += f" Most useful next: {', '.join(told)}."
    return text


def since(result: Result) -> str:
    """Return what has changed since the quarter before, in a sentence."""
    past, counts = result.comparison.last_quarter, result.comparison.counts
    if past is None:
        return "First audit on record: nothing to compare with yet."
    parts = [f"{counts['resolved']} settled", f"{counts.get('new', 0)} new", f"{counts.get('reopened', 0)} back again"]
    same = sum(counts.get(each, 0) for each in ("persisting", "worsened", "improved"))
    worse = f" ({counts['worsened']} of them worse)" if counts.get("worsened") else ""
    open_ = f", {counts['unclear']} that nobody can tell of" if counts.get("unclear") else ""
    return f"Since {past.quarter}, finding by finding: {', '.join(parts)}, {same} still there{worse}{open_}."


def _planned(result: Result) -> int:
    """Return how many checks there are or are to come."""
    promises = result.inputs.policy.commitments
    return len({*result.standing.statuses, *(each for promise in promises for each in promise.planned)})


def as_text(screen: FirstScreen) -> str:
    """Return the first screen for a terminal."""
    lines = [screen.title + (f"   [{screen.example}]" if screen.example else ""), "", screen.headline, ""]
    if screen.first:
        lines.append(first_title(screen))
        for number, task in enumerate(screen.first, 1):
            facts = (SIGNS[task.severity], task.touches, f"{task.effort} min", f"by {long_date(task.due_on)}")
            lines += [f" {number}. {task.title}.", f"    {task.why}  {' · '.join(facts)}"]
    else:
        lines.append(f"{first_title(screen)}: {screen.nothing}.")
    return "\n".join([*lines, "", screen.since, screen.files, screen.unchecked])


def first_title(screen: FirstScreen) -> str:
    """Return the heading of what to do first, or that there is nothing."""
    if not screen.first:
        return "Nothing to do"
    numbers = ("", "", "two", "three", "four", "five")
    return f"Do these {numbers[len(screen.first)]} first" if len(screen.first) > 1 else "Do this first"


def chain(result: Result, finding: Finding) -> list[tuple[str, str]]:
    """Return the chain of a finding: the policy's words, the row, the law, what to do."""
    promises = {each.id: each for each in result.inputs.policy.commitments}
    links = [
        ("We promise", f"“{promises[each].quote}” (section {promises[each].section}, {each})")
        for each in _shown_promises(finding, result)
    ]
    where = "; ".join(_place(origin.file, origin.sheet, origin.row) for origin in finding.sources[:3])
    more = f" and {len(finding.sources) - 3} more" if len(finding.sources) > 3 else ""  # noqa: PLR2004
    links += [
        ("We found", finding.reason),
        ("Where", where + more),
        ("The law", law_words(finding)),
        ("What to do", f"{finding.remedy} By {long_date(finding.due_on)}."),
    ]
    return links


def law_words(finding: Finding) -> str:
    """Return the law a finding rests on, and whether all of it was verified."""
    return finding.law + (". Not all of it is verified: see Limits" if finding.mark else "")


def _shown_promises(finding: Finding, result: Result) -> list[str]:
    """Return the one or two promises to quote: commitments rather than rights or statements, where there are any.

    A contradiction needs all that it is between.
    """
    if finding.register == "contradictions":
        return list(finding.commitments)
    firm = [each.id for each in result.inputs.policy.commitments if each.kind == "commitment"]
    return [each for each in finding.commitments if each in firm][:2] or list(finding.commitments[:1])


def _place(file: str, sheet: str, row: int) -> str:
    return ", ".join(part for part in (file, f"sheet “{sheet}”" if sheet else "", f"row {row}" if row else "") if part)


def display_value(value: object) -> str:
    """Return a table's value as people write it: dates in words, a blank as a dash.

    >>> from datetime import date
    >>> display_value(date(2026, 9, 30)), display_value(None), display_value(3)
    ('30 September 2026', '–', '3')
    """
    if isinstance(value, date):
        return long_date(value)
    return "–" if value in {None, ""} else str(value)


def worst(result: Result) -> Finding | None:
    """Return the first finding of the first task."""
    if not result.first_five:
        return None
    ids = set(result.first_five[0].findings)
    return next(each for each in result.findings if each.id in ids)
