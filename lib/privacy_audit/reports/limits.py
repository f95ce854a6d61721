"""What an audit does not show: its scope, what is unknown, who declared what, and which law is not verified."""

from collections.abc import Iterator

from privacy_audit.dates import in_words
from privacy_audit.rating import RULE
from privacy_audit.reports.screen import LIMITS
from privacy_audit.reports.tables import Table
from privacy_audit.result import Result

WORDS = [
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
            ("Declared by the firm", f"{each.column}: none, because {each.because} ({each.by}, {in_words(each.on)})")
        )
    policy = inputs.policy
    read = f"by {policy.read_by}, {in_words(policy.read_on)}" if policy.is_read and policy.read_on else "by nobody yet"
    rows.append(("The policy was read clause by clause", f"{read}. GOV-02 and GOV-03 rest on that reading."))
    rows += _made_again(result)
    silent = ", ".join(o.control.id for o in result.observations if not o.promised)
    if silent:
        rows.append((f"Checks {silent}", "They do not apply: the policy makes no such promise."))
    for waived in result.waivers:
        waiver = waived.waiver
        about = f"finding {waiver.finding}, {waiver.approved_by}, until {in_words(waiver.expires)}: {waiver.reason}"
        rows.append((f"Waiver that {waived.standing}", about))
    used = {name: rule for o in result.observations for name, rule in o.rules_used.items()}
    for name, rule in sorted(used.items()):
        if rule.mark:
            rows.append((f"The law: {rule.title}", f"{rule.mark} ({name} in {rule.file})"))
    rows += WORDS
    return Table("Limits", "What this audit does not show.", [("Limit", 34), ("What it means", 110)], rows)


def _made_again(result: Result) -> Iterator[tuple[str, str]]:
    """Yield that the report rests on something that somebody looked at only after the day it is dated."""
    rules = [rule for o in result.observations for rule in o.rules_used.values()]
    days = [rule.checked for rule in rules] + [result.inputs.policy.read_on or result.inputs.issued_on]
    if max(days) > result.inputs.issued_on:
        dated, seen = in_words(result.inputs.issued_on), in_words(max(days))
        rests = f"it rests on what was looked at up to {seen}: the policy's words, and whether the law still held."
        yield "Made again later", f"The report is dated {dated}; {rests}"
