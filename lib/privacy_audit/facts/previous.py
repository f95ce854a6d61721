"""What the quarter before asked for, as a register: which of its tasks are still open."""

from collections.abc import Collection
from typing import Any

import pyarrow as pa

from privacy_audit.registers.register import Origin, Register
from privacy_audit.registers.schema import Schema


def register(
    schema: Schema,
    past: Any,  # noqa: ANN401 - history.Past, or None
    found: Collection[str],
    unclear: Collection[str] = (),
) -> Register:
    """Return one row for each task of the quarter before; `found` are the ids of what is found today.

    `unclear` are those of which nobody can tell.

    Where there is no earlier quarter the register has no row, and is known to have none.
    """
    tasks = past.tasks if past is not None else ()
    now, lost = set(found), set(unclear)
    rows = [
        (t.id, t.title, t.severity, t.due_on, len(t.findings), len(t.findings & now), len(t.findings & lost))
        for t in tasks
    ]
    values = list(zip(*rows, strict=True)) or [()] * len(schema.fields)
    arrays = {
        field.name: pa.array(list(value), field.arrow) for field, value in zip(schema.fields, values, strict=True)
    }
    origins = tuple(Origin(f"the audit of {past.quarter}", "", 0) for _ in rows)
    return Register(schema, pa.table(arrays), origins, known_empty=not rows)
