"""What was found before and is not found today, though nobody could see whether it is still so: that is not settled."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from privacy_audit.audit import Observation
from privacy_audit.engine import NOT_SHOWN, ROW
from privacy_audit.gaps import COLUMNS
from privacy_audit.history import Past
from privacy_audit.inputs import Inputs
from privacy_audit.policy import EXPECTED
from privacy_audit.registers.register import Register

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
        return _is_whole(inputs.registers.get(about)) and not any(each.error for each in by_id.values())
    observation = by_id.get(finding["control"])
    if observation is None or observation.error or observation.blocked or observation.unread:
        return False
    empty = not observation.rows and not observation.known_empty
    return observation.promised and not empty and record not in _open(inputs, observation)


def _is_whole(register: Register | None) -> bool:
    """Whether a register was read in full; one without a row may have lost them all, unless somebody declared so."""
    if register is None or register.rejected or register.incomplete:
        return False
    return bool(len(register.table)) or register.known_empty


def _open(inputs: Inputs, observation: Observation) -> set[str]:
    """Return the records that a check could not judge."""
    rows = [row[ROW] for row in observation.flagged if row["verdict"] == NOT_SHOWN]
    names = inputs.record_names(inputs.registers[observation.control.register]) if rows else []
    return {names[row] for row in rows}
