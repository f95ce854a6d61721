"""How people opted in, and whether it can be proved (UK GDPR Art 7(1))."""

import pyarrow as pa

from privacy_audit.facts.answers import each, ruled_out
from privacy_audit.facts.fact import truths
from privacy_audit.facts.joined import Cause, Joined, to_fill_in

SOURCES = {"opt_in_method": "consent_method", "proof_kept": "consent_ref", "wording_kept": "consent_wording"}
BOUGHT, IMPORTED = "bought_list", "import"


def columns(lists: Joined) -> dict[str, pa.Array]:
    """Return the way of the opt-in, whether proof and wording are kept, and what surely speaks against it."""
    methods = lists.told("consent_method")
    proof, wording = lists.recorded("consent_ref"), lists.recorded("consent_wording")
    return {
        "opt_in_method": pa.array(methods, pa.string()),
        "proof_kept": truths(proof),
        "wording_kept": truths(wording),
        "surely_imported": truths([method in {BOUGHT, IMPORTED} for method in methods]),
        "surely_unproven": truths(each(lambda method, none: method == BOUGHT or none, methods, ruled_out(proof))),
    }


def causes(lists: Joined, index: int) -> dict[str, Cause]:
    """Return for each of these facts the column to fill in."""
    return {fact: to_fill_in(lists, index, name) for fact, name in SOURCES.items()}
