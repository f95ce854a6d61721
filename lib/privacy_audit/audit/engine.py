"""Judges conditions on Arrow tables as they are, on pandas with Arrow types or on lazy Polars: the same answers on all.

The verdict of a row, in this order: scope blank, not shown; out of scope; broken; blank or a gap, not shown; kept.
A breach that is no more than a note breaks nothing: its row is not shown, and never kept.
"""

import ctypes
import threading
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import and_
from typing import Any, TypeVar

import narwhals as nw
import pyarrow as pa
import pyarrow.compute as pc

from privacy_audit.controls.grammar import (
    NOTE,
    SEVERITIES,
    Clause,
    Condition,
    Control,
    Gap,
    InScope,
    Reasoned,
    Severity,
)
from privacy_audit.errors import AuditError, UsageError, nearest
from privacy_audit.request import ENGINE_NAMES

OUT_OF_SCOPE, KEPT, NOT_SHOWN, BROKEN = "out_of_scope", "kept", "not_shown", "broken"
VERDICTS = (OUT_OF_SCOPE, KEPT, NOT_SHOWN, BROKEN)
ROW = "row position"


@dataclass(frozen=True)
class Verdicts:
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


def judge(frame: Any, clauses: Sequence[Clause], table: pa.Table, severity: Severity) -> Verdicts:  # noqa: ANN401
    """Judge every row of a frame; only the rows that are broken or not shown come back, with their cells in `table`.

    The engine is asked for the answers alone: carrying a register's many columns along costs it more than judging.
    `severity` is the control's own, for a reason that brings none.
    """
    reasons = [clause for clause in clauses if isinstance(clause, Reasoned)]
    judged = _collected(frame.select(ROW, _scope(clauses).alias("scope"), *_flags(reasons, severity))).sort_by(ROW)
    _refuse_what_is_no_answer(judged, reasons)
    fixed = {f"severity:{each.code}": _fixed(each, severity) for each in reasons if not _bands(each)}
    judged = judged.append_column("verdict", _verdict(judged, reasons, fixed))
    counts = Counter(judged.column("verdict").to_pylist())
    said = judged.filter(pc.is_in(judged.column("verdict"), pa.array([NOT_SHOWN, BROKEN])))
    cells = table.take(said.column(ROW)).to_pylist()
    rows = [row | fixed | answer for row, answer in zip(cells, said.to_pylist(), strict=True)]
    return Verdicts({each: counts[each] for each in VERDICTS}, rows)


def _refuse_what_is_no_answer(judged: pa.Table, reasons: Sequence[Reasoned]) -> None:
    """Raise AuditError where a condition is anything else than true, false or blank: a number would read as kept."""
    for name in ("scope", *(f"is:{each.code}" for each in reasons)):
        if judged.schema.field(name).type != pa.bool_():
            message = f"“{name.removeprefix('is:')}” is neither true, false nor blank"
            raise AuditError(message)


def _scope(clauses: Sequence[Clause]) -> nw.Expr:
    return reduce(and_, (each.when.expr for each in clauses if isinstance(each, InScope)), nw.lit(value=True))


def _verdict(judged: pa.Table, reasons: Sequence[Reasoned], fixed: Mapping[str, Severity]) -> pa.ChunkedArray:
    """Return each row's verdict from its answers; `fixed` are the severities that are the same in every row."""
    broken = gap = pa.chunked_array([pa.array([False] * len(judged), pa.bool_())])
    for reason in reasons:
        true, name = judged.column(f"is:{reason.code}"), f"severity:{reason.code}"
        note = pc.equal(judged.column(name), NOTE) if name not in fixed else pa.scalar(fixed[name] == NOTE)
        if isinstance(reason, Gap):
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


def is_gap(reason: Reasoned, row: Mapping[str, Any]) -> bool:
    """Whether a reason that is true for a row leaves it open: a gap, or a breach that is no more than a note."""
    return isinstance(reason, Gap) or row[f"severity:{reason.code}"] == NOTE


def _bands(reason: Reasoned) -> Mapping[Severity, Condition]:
    """Return the conditions on which a reason's severity depends, row by row."""
    return reason.severity if isinstance(reason.severity, Mapping) else {}


def _fixed(reason: Reasoned, own: Severity) -> Severity:
    return reason.severity if isinstance(reason.severity, str) else own


def _flags(reasons: Sequence[Reasoned], own: Severity) -> list[nw.Expr]:
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


T = TypeVar("T")


class TooSlowError(Exception):
    """The function took longer than it may."""


class QuitError(Exception):
    """The function tried to end the whole program."""


def with_time_limit(seconds: float, function: Callable[..., T], *arguments: Any) -> T:  # noqa: ANN401 - whatever it takes
    """Return what the function returns, raise what it raises, or raise TooSlowError when the time is over.

    An attempt to end the whole program raises QuitError. The function runs in a thread of its own, since nothing else
    can be left behind in the middle of a library's compiled code; Python code that runs on is stopped.
    """
    returned: list[T] = []
    raised: list[BaseException] = []

    def work() -> None:
        try:
            returned.append(function(*arguments))
        except BaseException as error:  # noqa: BLE001 - even an exit is only the end of this one function
            raised.append(error)

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    thread.join(seconds)
    if thread.is_alive():
        _stop(thread)
        raise TooSlowError
    if raised:
        raise raised[0] if isinstance(raised[0], Exception) else QuitError
    return returned[0]


def _stop(thread: threading.Thread) -> None:
    """Ask Python to raise an exit in the thread at its next step."""
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread.ident or 0), ctypes.py_object(SystemExit))


class UnsoundError(Exception):
    """A control asks or says what cannot be."""


def _must(holds: object, what: str) -> None:
    if not holds:
        raise UnsoundError(what)


def check_clauses(control: Control, clauses: Sequence[Clause]) -> None:
    """Raise UnsoundError unless a control tests each of its reasons once, and each condition rests on a column.

    A control without a reason would be met by every row.
    """
    _must(all(isinstance(each, InScope | Reasoned) for each in clauses), "a clause is none")
    codes = sorted(each.code for each in clauses if isinstance(each, Reasoned))
    _must(codes and codes == sorted(control.reasons), "the reasons are not those that the control names")
    _must(
        all(isinstance(each.when, Condition) and each.when.columns for each in clauses), "a condition rests on nothing"
    )


def check_verdicts(clauses: Sequence[Clause], found: Verdicts, rows: int) -> None:
    """Raise UnsoundError unless every row has one verdict, and every broken or unclear row came back with its why."""
    counts = found.counts
    _must(counts.keys() == set(VERDICTS), "the verdicts are others")
    _must(all(type(each) is int and each >= 0 for each in counts.values()), "a count is none")
    _must(sum(counts.values()) == rows, "the rows do not add up")
    positions = [row[ROW] for row in found.rows]
    _must(len(set(positions)) == len(positions) and set(positions) <= set(range(rows)), "a row is out of range")
    came = Counter(row["verdict"] for row in found.rows)
    _must(came == +Counter({each: counts[each] for each in (BROKEN, NOT_SHOWN)}), "a row did not come back")
    codes = [each.code for each in clauses if isinstance(each, Reasoned)]
    for row in found.rows:
        _must(all(row[f"severity:{code}"] in (None, *SEVERITIES) for code in codes), "a severity is none")
        _must(row["verdict"] != BROKEN or any(row[f"is:{code}"] is True for code in codes), "nothing is broken")


def why_not_run(error: BaseException, seconds: float) -> str:
    """Return in words why a control could not be run; nothing of what it said, which might be somebody's data."""
    if isinstance(error, TooSlowError):
        what = f"it took longer than {seconds:g} seconds; the others were run"
    elif isinstance(error, UnsoundError):
        what = f"its answers make no sense ({error}); the others were run"
    elif isinstance(error, AuditError):
        what = str(error)
    else:
        what = "it failed inside; the others were run"
    return f"The control could not be run: {what}"
