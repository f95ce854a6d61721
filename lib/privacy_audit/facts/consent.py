"""How people opted in, and whether it can be proved (UK GDPR Art 7(1))."""

import pyarrow as pa

from privacy_audit.facts.answers import each, ruled_out
from privacy_audit.facts.fact import truths
from privacy_audit.facts.joined import Cause, Joined

SOURCES = {"opt_in_method": "consent_method", "proof_kept": "consent_ref", "wording_kept": "consent_wording"}
BOUGHT, IMPORTED = "bought_list", "import"


def columns(joined: Joined) -> dict[str, pa.Array]:
    """Return the way of the opt-in, whether proof and wording are kept, and what surely speaks against it."""
    methods = joined.told("consent_method")
    proof, wording = joined.recorded("consent_ref"), joined.recorded("consent_wording")
    return {
        "opt_in_method": pa.array(methods, pa.string()),
        "proof_kept": truths(proof),
        "wording_kept": truths(wording),
        "surely_imported": truths([method in {BOUGHT, IMPORTED} for method in methods]),
        "surely_unproven": truths(each(lambda method, none: method == BOUGHT or none, methods, ruled_out(proof))),
    }


def causes(joined: Joined, index: int) -> dict[str, Cause]:
    """Return for each of these facts the column to fill in."""
    return {fact: joined.blank(index, name) for fact, name in SOURCES.items()}
