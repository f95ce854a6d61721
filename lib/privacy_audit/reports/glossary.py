"""What the words mean, in alphabetical order."""

from privacy_audit.reports.tables import Table

WORDS = {
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
    return Table("Glossary", "Words of this report.", [("Word", 22), ("What it means", 120)], sorted(WORDS.items()))
