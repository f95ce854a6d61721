"""What was found before and is not found today, though nobody could see whether it is still so: that is not settled."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from privacy_audit.audit import Observation
from privacy_audit.engine import NOT_SHOWN, ROW
from privacy_audit.finding import finding_id
from privacy_audit.gaps import COLUMNS, left_open
from privacy_audit.history import Past
from privacy_audit.inputs import Inputs
from privacy_audit.policy import EXPECTED

COLUMN_REGISTER = "columns"


def unclear(
    inputs: Inputs, observations: Sequence[Observation], past: Past | None, found: Collection[str]
) -> dict[str, Mapping[str, Any]]:
    """Return by id the earlier findings that are not among those `found` today and that nobody could have found.

    A register is missing, empty or not whole, a check failed or is asked for no more, or it left the very record open.
    """
    missed = {id_: each for id_, each in past.findings.items() if id_ not in found} if past else {}
    by_id = {each.control.id: each for each in observations}
    return {id_: each for id_, each in missed.items() if not _could_be_seen(inputs, by_id, each)}


def _could_be_seen(inputs: Inputs, by_id: Mapping[str, Observation], finding: Mapping[str, Any]) -> bool:
    """Whether an earlier finding would be found today, were it still so."""
    name, record = finding["register"], finding["record"]
    about = record.partition(": ")[0] if name == COLUMN_REGISTER else name
    if finding["control"] == COLUMNS and about in EXPECTED:
        register = inputs.registers.get(about)
        return bool(register and register.is_whole) and not any(each.error for each in by_id.values())
    observation = by_id.get(finding["control"])
    if observation is None or observation.error or observation.blocked or observation.unread:
        return False
    empty = not observation.rows and not observation.known_empty
    records, ids = _open(inputs, observation)
    return observation.promised and not empty and record not in records and finding["id"] not in ids


def _open(inputs: Inputs, observation: Observation) -> tuple[set[str], set[str]]:
    """Return the records that a check could not judge, and the ids of what it left open in records that are broken."""
    name = observation.control.register
    names = inputs.record_names(inputs.registers[name]) if observation.flagged else []
    records = {names[row[ROW]] for row in observation.flagged if row["verdict"] == NOT_SHOWN}
    ids = {
        finding_id(inputs, observation.control.id, name, names[row[ROW]], each.code)
        for row in observation.flagged
        for each in left_open(observation, row)
    }
    return records, ids
