"""Judges conditions on Arrow tables as they are, on pandas with Arrow types or on lazy Polars: the same answers on all.

The verdict of a row, in this order: scope blank, not shown; out of scope; broken; blank or a gap, not shown; kept.
A breach that is no more than a note breaks nothing: its row is not shown, and never kept.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import and_
from typing import Any

import narwhals as nw
import pyarrow as pa
import pyarrow.compute as pc

from privacy_audit.control import NOTE, Breach, Clause, Condition, InScope, NotShown, Severity
from privacy_audit.errors import AuditError, UsageError, nearest
from privacy_audit.request import ENGINE_NAMES

OUT_OF_SCOPE, KEPT, NOT_SHOWN, BROKEN = "out_of_scope", "kept", "not_shown", "broken"
VERDICTS = (OUT_OF_SCOPE, KEPT, NOT_SHOWN, BROKEN)
ROW = "row position"


@dataclass(frozen=True)
class Judgement:
    """One control over one register: how many rows of each verdict, and the rows with something to say.

    A row is a mapping of the register's columns, plus its position, its verdict, and for each clause
    (“scope” or the reason's code) true, false or None, and for each reason its severity.
    """

    counts: Mapping[str, int]
    rows: Sequence[Mapping[str, Any]]


def _arrow(table: pa.Table) -> pa.Table:
    return table


def _pandas(table: pa.Table) -> Any:  # noqa: ANN401 - a native frame of the engine
    import pandas as pd  # noqa: PLC0415 - each engine is imported only when it is used

    frame = table.to_pandas(types_mapper=pd.ArrowDtype)
    wrong = [name for name, dtype in frame.dtypes.items() if not isinstance(dtype, pd.ArrowDtype)]
    if wrong:
        message = f"The columns {', '.join(map(str, wrong))} have no Arrow type, so a blank would read as an answer."
        raise AuditError(message)
    return frame


def _polars(table: pa.Table) -> Any:  # noqa: ANN401 - a native frame of the engine
    import polars as pl  # noqa: PLC0415 - each engine is imported only when it is used

    return pl.LazyFrame(pl.from_arrow(table))


ENGINES: Mapping[str, Callable[[pa.Table], Any]] = dict(zip(ENGINE_NAMES, (_arrow, _pandas, _polars), strict=True))


def engine_frame(table: pa.Table, engine: str) -> Any:  # noqa: ANN401 - lazy on Polars, else eager
    """Return the table as a Narwhals frame of the engine; raise UsageError for an engine there is not."""
    if engine not in ENGINES:
        message = f"There is no engine “{engine}”; there are {', '.join(ENGINES)}.{nearest(engine, ENGINES)}"
        raise UsageError(message)
    return nw.from_native(ENGINES[engine](table.append_column(ROW, pa.array(range(len(table)), pa.int64()))))


def judge(frame: Any, clauses: Sequence[Clause], table: pa.Table, severity: Severity) -> Judgement:  # noqa: ANN401
    """Judge every row of a frame; only the rows that are broken or not shown come back, with their cells in `table`.

    The engine is asked for the answers alone: carrying a register's many columns along costs it more than judging.
    `severity` is the control's own, for a reason that brings none.
    """
    reasons = [clause for clause in clauses if isinstance(clause, Breach)]
    judged = _collected(frame.select(ROW, _scope(clauses).alias("scope"), *_flags(reasons, severity))).sort_by(ROW)
    _refuse_what_is_no_answer(judged, reasons)
    fixed = {f"severity:{each.code}": _fixed(each, severity) for each in reasons if not _bands(each)}
    judged = judged.append_column("verdict", _verdict(judged, reasons, fixed))
    counts = Counter(judged.column("verdict").to_pylist())
    said = judged.filter(pc.is_in(judged.column("verdict"), pa.array([NOT_SHOWN, BROKEN])))
    cells = table.take(said.column(ROW)).to_pylist()
    rows = [row | fixed | answer for row, answer in zip(cells, said.to_pylist(), strict=True)]
    return Judgement({each: counts[each] for each in VERDICTS}, rows)


def _refuse_what_is_no_answer(judged: pa.Table, reasons: Sequence[Breach]) -> None:
    """Raise AuditError where a condition is anything else than true, false or blank: a number would read as kept."""
    for name in ("scope", *(f"is:{each.code}" for each in reasons)):
        if judged.schema.field(name).type != pa.bool_():
            message = f"“{name.removeprefix('is:')}” is neither true, false nor blank"
            raise AuditError(message)


def _scope(clauses: Sequence[Clause]) -> nw.Expr:
    return reduce(and_, (each.when.expr for each in clauses if isinstance(each, InScope)), nw.lit(value=True))


def _verdict(judged: pa.Table, reasons: Sequence[Breach], fixed: Mapping[str, Severity]) -> pa.ChunkedArray:
    """Return each row's verdict from its answers; `fixed` are the severities that are the same in every row."""
    broken = gap = pa.chunked_array([pa.array([False] * len(judged), pa.bool_())])
    for reason in reasons:
        true, name = judged.column(f"is:{reason.code}"), f"severity:{reason.code}"
        note = pc.equal(judged.column(name), NOTE) if name not in fixed else pa.scalar(fixed[name] == NOTE)
        if isinstance(reason, NotShown):
            note = pa.scalar(value=True)
        broken = pc.or_kleene(broken, pc.and_kleene(true, pc.invert(note)))
        gap = pc.or_kleene(gap, pc.and_kleene(true, note))
    scope = judged.column("scope")
    unsure = pc.or_(pc.or_(pc.is_null(broken), pc.is_null(gap)), pc.fill_null(gap, fill_value=False))
    tests = (
        pc.is_null(scope),
        pc.fill_null(pc.invert(scope), fill_value=False),
        pc.fill_null(broken, fill_value=False),
        unsure,
    )
    return pc.case_when(pc.make_struct(*tests), NOT_SHOWN, OUT_OF_SCOPE, BROKEN, NOT_SHOWN, KEPT)


def _bands(reason: Breach) -> Mapping[Severity, Condition]:
    """Return the conditions on which a reason's severity depends, row by row."""
    return reason.severity if isinstance(reason.severity, Mapping) else {}


def _fixed(reason: Breach, own: Severity) -> Severity:
    return reason.severity if isinstance(reason.severity, str) else own


def _flags(reasons: Sequence[Breach], own: Severity) -> list[nw.Expr]:
    flags = []
    for reason in reasons:
        flags.append(reason.when.expr.alias(f"is:{reason.code}"))
        severity = nw.lit(own, dtype=nw.String)
        for name, band in reversed(list(_bands(reason).items())):
            severity = nw.when(band.expr).then(nw.lit(name)).otherwise(severity)
        flags += [severity.alias(f"severity:{reason.code}")] if _bands(reason) else []
    return flags


def _collected(frame: Any) -> pa.Table:  # noqa: ANN401 - a frame of the engine
    return (frame.collect() if isinstance(frame, nw.LazyFrame) else frame).to_arrow()
