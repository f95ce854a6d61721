"""The grammar of controls: conditions over a register's columns, each true, false or blank (not known) for a row.

A control is a function that yields clauses: `InScope`, `Breach` and `Gap`. A clause's condition is a Narwhals
expression together with the columns it rests on, so that a row that cannot be judged names the blank cell. The parts in
order: conditions, clauses, what a control may use (`Columns`, `Rules`), and `control`, which enters a function in
`CONTROLS`.
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
    """A Narwhals expression with the names of the columns it rests on.

    Its value for a row is true, false or blank, or what is compared: a date, a number or a word.
    """

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
        """Return whether the value is one of these; blank stays blank."""
        return self._with(self.expr.is_in(_listed(values)))


def _listed(values: Iterable[str]) -> list[str]:
    """Return the values as a list; for none `[""]`, which no cell holds, because Arrow cannot type an empty list."""
    return list(values) or [""]


def _plain(value: object) -> Any:  # noqa: ANN401 - whatever Narwhals compares with
    """Return the expression of a condition; any other value as it is."""
    return value.expr if isinstance(value, Condition) else value


def happened(event: Condition) -> Condition:
    """Return whether an event happened; blank where that is not known.

    What a blank cell means is set for each column in its schema.
    """
    (column,) = event.columns
    return Condition(nw.col(f"{column} happened"), event.columns)


def never(like: Condition) -> Condition:
    """Return a condition that is false for every row and rests on the same columns.

    It takes the place of a reason's condition where the policy gives the reason nothing to check.
    """
    return Condition(nw.lit(value=False), like.columns)


def in_force(spans: Iterable[Any], value: Condition, on: "Condition | date") -> Condition:
    """Return whether the version of a rule in force on the day `on` lists the value; blank where either is blank.

    `spans` are the rule's versions with their first and last day (`Rule.spans`).
    """
    day = _plain(on)
    tests = [value.expr.is_in(_listed(span.value)) & _between(day, span) for span in spans]
    expr = nw.any_horizontal(*tests, ignore_nulls=False)
    return Condition(expr, value.columns + (on.columns if isinstance(on, Condition) else ()))


def _between(day: Any, span: Any) -> Any:  # noqa: ANN401 - a date here, an expression there
    """Return whether a day is within a version's first and last day."""
    if isinstance(day, date):
        return nw.lit(span.start <= day <= span.end)
    return (day >= span.start) & (day <= span.end)


@dataclass(frozen=True)
class Reason:
    """The texts for one reason's code.

    `words` describe one finding and may name columns that are not personal; `why` is the reason for the task, in about
    ten words; `remedy`, `minutes` and `law` replace the control's own. All may contain {promise}, the sections that
    promise it, {clause}, those that say who gets marketing until they opt out, and {area}, where the policy says that
    data stays. `about` is the name of the policy's number or choice that the reason concerns; empty for none.
    """

    words: str
    why: str
    remedy: str = ""
    minutes: int = 0
    law: str = ""
    about: str = ""


@dataclass(frozen=True)
class InScope:
    """A condition that a row must meet to be judged at all; where there are several, each of them."""

    when: Condition


@dataclass(frozen=True)
class Reasoned:
    """A reason why a row does not pass: its code, the rows for which it is true, and how serious it is.

    `severity` is one for all rows, or bands of which the first true one counts; None means the control's own.
    """

    code: str
    when: Condition
    severity: Mapping[Severity, Condition] | Severity | None = None


@dataclass(frozen=True)
class Breach(Reasoned):
    """A fact that contradicts the promise or the law.

    At severity “note” it only exceeds a house limit and contradicts neither: as with a gap, the row is not shown to
    pass.
    """


@dataclass(frozen=True)
class Gap(Reasoned):
    """Something that the records cannot show, where the control itself can name it; it contradicts no promise."""


Clause = InScope | Breach | Gap


class Columns:
    """A register's columns by name; a name that the register lacks raises AttributeError."""

    def __init__(self, register: str, names: Collection[str]) -> None:
        self._register, self._names = register, frozenset(names)

    def __getattr__(self, name: str) -> Condition:
        if name.startswith("__") or name not in self._names:
            message = f"The register “{self._register}” has no column “{name}”.{nearest(name, self._names)}"
            raise AttributeError(message)
        return Condition(nw.col(name), (name,))


@dataclass(frozen=True)
class Rules:
    """What a control may use: the dated law, the firm's promises, the house limits, and the first day of the period.

    `promised` is false where only the law asks for the control, and the policy does not promise it.
    """

    law: Any
    policy: Any
    limits: Any
    period_start: date
    promised: bool = True


Test = Callable[[Any, Rules, date], Iterator[Clause]]


@dataclass(frozen=True)
class Control:
    """The check of one or more commitments.

    `leaves_to` are the controls that report rows which would break this one's sentence as well, so that nothing is
    reported twice: a promise that names this control is broken by their findings, too. `doubted_by` are findings of
    other controls, as (control, reason), that leave open whether this one's sentence is true: such a promise is not
    shown to be kept. `law` is the citation; names in braces are provisions that rulebook/provisions.toml dates.
    `asked_by_law` says what asks for the control whatever a policy promises; where it is empty, the control applies
    only if the policy makes the promise.
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
        """The first paragraph of the test's docstring: the sentence that is true when the promise is kept."""
        return (inspect.getdoc(self.test) or "").split("\n\n")[0].replace("\n", " ")

    @property
    def explanation(self) -> str:
        """The other paragraphs: what happens on the very day, what a blank means, and which law decides."""
        parts = (inspect.getdoc(self.test) or "").split("\n\n")[1:]
        return "\n\n".join(part.replace("\n", " ") for part in parts)

    def clauses(self, columns: Columns, rules: Rules, as_at: date) -> list[Clause]:
        """Return the control's clauses over a register's columns, for an audit on the day `as_at`."""
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
    """Return a decorator that enters a function as the control of that id; AuditError where the id is taken."""

    def enter(test: Test) -> Test:
        if control_id in CONTROLS and CONTROLS[control_id].test.__qualname__ != test.__qualname__:
            message = f"There are two controls {control_id}."
            raise AuditError(message)
        relations = leaves_to, doubted_by, asked_by_law
        CONTROLS[control_id] = Control(control_id, register, severity, remedy, law, minutes, reasons, test, *relations)
        return test

    return enter
