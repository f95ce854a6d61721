"""A control: conditions over a register's columns, in which true, false and “cannot tell” are three answers.

A control is a function that yields clauses. A clause's condition is a Narwhals expression that also knows the
columns it rests on, so that a row that cannot be judged names the blank cell to blame.
"""

import inspect
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

import narwhals as nw

from privacy_audit.errors import AuditError, nearest

Severity = Literal["critical", "major", "minor", "note"]
SEVERITIES: tuple[Severity, ...] = ("critical", "major", "minor", "note")
NOTE: Severity = "note"


class Condition:
    """An expression that is true, false or blank for each row, and the columns it rests on, as they were named."""

    def __init__(self, expr: nw.Expr, columns: tuple[str, ...]) -> None:
        self.expr, self.columns = expr, tuple(dict.fromkeys(columns))

    def _with(self, expr: nw.Expr, other: object = None) -> "Condition":
        return Condition(expr, self.columns + (other.columns if isinstance(other, Condition) else ()))

    def __and__(self, other: "Condition") -> "Condition":
        return self._with(self.expr & other.expr, other)

    def __or__(self, other: "Condition") -> "Condition":
        return self._with(self.expr | other.expr, other)

    def __invert__(self) -> "Condition":
        return self._with(~self.expr)

    def __lt__(self, other: "Condition | date | int") -> "Condition":
        return self._with(self.expr < _plain(other), other)

    def __le__(self, other: "Condition | date | int") -> "Condition":
        return self._with(self.expr <= _plain(other), other)

    def __gt__(self, other: "Condition | date | int") -> "Condition":
        return self._with(self.expr > _plain(other), other)

    def __ge__(self, other: "Condition | date | int") -> "Condition":
        return self._with(self.expr >= _plain(other), other)

    def __eq__(self, other: object) -> "Condition":  # type: ignore[override]
        return self._with(self.expr == _plain(other), other)

    def __ne__(self, other: object) -> "Condition":  # type: ignore[override]
        return self._with(self.expr != _plain(other), other)

    __hash__ = None  # type: ignore[assignment]

    def __bool__(self) -> bool:
        message = "A condition has no truth of its own: join conditions with & and |, not with “and” and “or”."
        raise TypeError(message)

    def is_in(self, values: Collection[str]) -> "Condition":
        """Whether the value is one of these; blank stays blank."""
        return self._with(self.expr.is_in(_listed(values)))


def _listed(values: Iterable[str]) -> list[str]:
    """Return what a value may be; where that is nothing, a text that no cell holds: Arrow asks for the type of some."""
    return list(values) or [""]


def _plain(value: object) -> Any:  # noqa: ANN401 - whatever Narwhals compares with
    return value.expr if isinstance(value, Condition) else value


def happened(event: Condition) -> Condition:
    """Whether an event happened, as its schema says what a blank means; blank where nobody can tell."""
    (column,) = event.columns
    return Condition(nw.col(f"{column} happened"), event.columns)


def never(like: Condition) -> Condition:
    """Return what is true of no row, where the policy leaves a reason no question to ask of these columns."""
    return Condition(nw.lit(value=False), like.columns)


def in_force(spans: Iterable[Any], value: Condition, on: "Condition | date") -> Condition:
    """Whether the version in force `on` that day lists the value; blank where value or day is blank.

    `spans` are a rule's versions with first and last day (`Rule.spans`).
    """
    day = _plain(on)
    tests = [value.expr.is_in(_listed(span.value)) & _between(day, span) for span in spans]
    expr = nw.any_horizontal(*tests, ignore_nulls=False)
    return Condition(expr, value.columns + (on.columns if isinstance(on, Condition) else ()))


def _between(day: Any, span: Any) -> Any:  # noqa: ANN401 - a date here, an expression there
    if isinstance(day, date):
        return nw.lit(span.start <= day <= span.end)
    return (day >= span.start) & (day <= span.end)


@dataclass(frozen=True)
class Reason:
    """What a reason's code means to people.

    `words` tell one row's facts and may name columns that are not personal, `why` tells the task in ten words,
    `remedy`, `minutes` and `law` replace the control's own. All may name {promise}, the sections that promise it,
    {clause}, those that say who gets marketing until they opt out, and {area}, where the policy says that data stays.
    `about` is the promise's number or choice that the reason is about, where it is about one.
    """

    words: str
    why: str
    remedy: str = ""
    minutes: int = 0
    law: str = ""
    about: str = ""


@dataclass(frozen=True)
class InScope:
    """Which rows the promise is about."""

    when: Condition


@dataclass(frozen=True)
class Reasoned:
    """Why a row does not pass: the code of the reason, the rows it is true of, and how serious it is.

    `severity` is one for all rows, or bands of which the first true one counts; None: the control's own.
    """

    code: str
    when: Condition
    severity: Mapping[Severity, Condition] | Severity | None = None


@dataclass(frozen=True)
class Breach(Reasoned):
    """A fact that contradicts the promise or the law.

    A breach of severity “note” passes a house limit and contradicts neither: its row is not shown, as with a gap.
    """


@dataclass(frozen=True)
class Gap(Reasoned):
    """What keeps the promise from being shown, where the control itself can name it: no fact against the promise."""


Clause = InScope | Breach | Gap


class Columns:
    """A register's columns by name; refuses a name that the register lacks."""

    def __init__(self, register: str, names: Collection[str]) -> None:
        self._register, self._names = register, frozenset(names)

    def __getattr__(self, name: str) -> Condition:
        if name.startswith("__") or name not in self._names:
            message = f"The register “{self._register}” has no column “{name}”.{nearest(name, self._names)}"
            raise AttributeError(message)
        return Condition(nw.col(name), (name,))


@dataclass(frozen=True)
class Rules:
    """What a control may ask: the dated law, the firm's promises, the house limits, the first day of the period.

    `promised` is false where only the law asks for the control, and the policy does not.
    """

    law: Any
    policy: Any
    limits: Any
    period_start: date
    promised: bool = True


Test = Callable[[Any, Rules, date], Iterator[Clause]]


@dataclass(frozen=True)
class Control:
    """The test of one or more commitments.

    `leaves_to` are the controls that tell of rows which would break this one's sentence as well, so that nothing is
    told twice: a promise that names this control is broken by theirs, too. `doubted_by` are findings of others, by
    control and reason, that leave open whether this one's sentence is true: such a promise is not shown to be kept.
    `law` is the citation, with names in braces for provisions that rulebook/provisions.toml dates. `asked_by_law` says
    what asks for the control whatever a policy promises; blank: it tests a promise, and without one it does not apply.
    """

    id: str
    register: str
    severity: Severity
    remedy: str
    law: str
    minutes: int
    reasons: Mapping[str, Reason]
    test: Test = field(compare=False)
    leaves_to: tuple[str, ...] = ()
    doubted_by: tuple[tuple[str, str], ...] = ()
    asked_by_law: str = ""

    @property
    def title(self) -> str:
        """The one sentence that is true when the promise is kept."""
        return (inspect.getdoc(self.test) or "").split("\n\n")[0].replace("\n", " ")

    @property
    def explanation(self) -> str:
        """The edges decided: what happens on the very day, what a blank means, which law decides."""
        parts = (inspect.getdoc(self.test) or "").split("\n\n")[1:]
        return "\n\n".join(part.replace("\n", " ") for part in parts)

    def clauses(self, columns: Columns, rules: Rules, as_at: date) -> list[Clause]:
        """Return the control's clauses over the columns."""
        return list(self.test(columns, rules, as_at))


CONTROLS: dict[str, Control] = {}


def control(  # noqa: PLR0913 - the words of a control, all by name
    control_id: str,
    *,
    register: str,
    severity: Severity,
    remedy: str,
    law: str,
    minutes: int,
    reasons: Mapping[str, Reason],
    leaves_to: tuple[str, ...] = (),
    doubted_by: tuple[tuple[str, str], ...] = (),
    asked_by_law: str = "",
) -> Callable[[Test], Test]:
    """Enter a function as the control of that id."""

    def enter(test: Test) -> Test:
        if control_id in CONTROLS and CONTROLS[control_id].test.__qualname__ != test.__qualname__:
            message = f"There are two controls {control_id}."
            raise AuditError(message)
        relations = leaves_to, doubted_by, asked_by_law
        CONTROLS[control_id] = Control(control_id, register, severity, remedy, law, minutes, reasons, test, *relations)
        return test

    return enter
