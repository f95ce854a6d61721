"""What proposal forms ask and no register holds: the firm's own answers, read from policy/proposal.toml.

Whoever answers is named with the day, and the answer counts as declared. Where somebody looked at a document that
shows it, who and when is named too, and it counts as inspected. What is left out is not known.
"""

from datetime import date
from pathlib import Path

from pydantic import BaseModel, Field, model_validator

from privacy_audit.errors import SettingsError, nearest
from privacy_audit.policy import STRICT, checked, load_toml

FILE = "proposal.toml"
# The questions that only the firm itself can answer, as insurer.xlsx asks them.
QUESTIONS = {
    "business": "What does the firm do, and since when?",
    "staff": "How many people work for the firm?",
    "turnover": "What was the turnover of the last financial year, and what is expected for the next?",
    "turnover_abroad": "How much of the turnover comes from the USA, Canada and other countries outside the UK?",
    "identity_numbers": "Are National Insurance or tax numbers, or identity documents held? Of how many people?",
    "payment_data": "Are bank details or payment cards held? Of how many people, and by whom are cards processed?",
    "records_processed": "How many people's records are handled in a year, and how many are held at most at one time?",
    "encryption": "Is personal data encrypted at rest, when sent, and on laptops, telephones and portable media?",
    "multi_factor": "Is multi-factor authentication used for e-mail, remote access and administrators?",
    "patching": "Are security updates installed, and how soon?",
    "malware": "Are all machines protected against malware, and by what?",
    "backups": "How often are backups made, where are they kept, and when was restoring last tested?",
    "access": "Who has access to personal data, and how is it taken away when somebody leaves?",
    "security_officer": "Who is responsible for security and for data protection?",
    "training": "Are staff trained in security and data protection, and how often?",
    "response_plan": "Is there a plan for incidents, and when was it last tested?",
    "certificates": "Does the firm hold Cyber Essentials, ISO 27001 or another certificate?",
    "incidents": "Were there incidents, data breaches or outages in the last five years, and what did they cost?",
    "complaints": "Were there complaints or inquiries by the ICO or another authority in the last five years?",
    "claims": "Were there claims in the last five years, or is anything known that may lead to one?",
    "cover": "Which cover is in force, with whom, and was cover ever refused?",
}


class Answer(BaseModel):
    """One answer of the firm: who gave it when; and who saw which document when, if anybody did."""

    model_config = STRICT

    answer: str = Field(min_length=1)
    by: str = Field(min_length=2)
    on: date
    seen: str = ""
    seen_by: str = ""
    seen_on: date | None = None

    @model_validator(mode="after")
    def _seen_wholly(self) -> "Answer":
        if len({bool(self.seen), bool(self.seen_by), self.seen_on is not None}) > 1:
            raise ValueError("say all three of seen, seen_by and seen_on, or none of them")
        return self

    @property
    def grade(self) -> str:
        """How the answer is known: declared, or inspected where somebody saw the document."""
        return "inspected" if self.seen_on else "declared"


class Proposal(BaseModel):
    """The firm's answers by question, and what its edition for the insurer is to hold beside them."""

    model_config = STRICT

    ratings: bool = False
    provider_names: bool = True
    answers: dict[str, Answer] = {}


def read_proposal(policy: Path) -> Proposal:
    """Return the answers of a firm's policy folder, none without a file; raise SettingsError for a wrong one."""
    path = policy / FILE
    proposal = checked(load_toml(path), Proposal, FILE) if path.exists() else Proposal()
    unknown = sorted(proposal.answers.keys() - QUESTIONS.keys())
    if unknown:
        hint = nearest(unknown[0], QUESTIONS)
        raise SettingsError(f"{FILE}: there is no question “{unknown[0]}”.{hint}")
    return proposal
