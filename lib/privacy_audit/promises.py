"""The numbers and choices a policy may promise, and what holds where it is silent."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from privacy_audit.errors import SettingsError, nearest

Value = int | bool | str


@dataclass(frozen=True)
class Parameter:
    """What a number or choice means, what holds when the policy does not promise it, and who cannot do without.

    `choices` are the words allowed, with how people say them; a parameter without choices is a whole number above
    nought. `tested_by` are the controls of which a statement must name one: a promise that nothing tests is none.
    """

    meaning: str
    default: Value | None
    tested_by: tuple[str, ...]
    choices: Mapping[str, str] = field(default_factory=dict)
    needed_by: tuple[str, ...] = ()


PARAMETERS: Mapping[str, Parameter] = {
    "retention_years": Parameter(
        "Years after the end of custom for which records are kept; none: the policy promises no fixed period.",
        None,
        ("RET-01", "RET-02"),
        needed_by=("RET-01", "RET-02"),
    ),
    "transfer_area": Parameter(
        "Where the policy says that data stays: in the UK, in the UK and the EEA, or anywhere, which promises nothing.",
        "anywhere",
        ("TRF-02",),
        {"anywhere": "anywhere", "uk": "the UK", "uk_eea": "the UK and the EEA"},
    ),
    "marketing": Parameter(
        "Whether the policy lets the firm send marketing at all.",
        "allowed",
        ("MKT-01",),
        {"allowed": "allowed", "none": "none"},
    ),
}


class Promises:
    """The numbers and choices the policy promises, by name: `policy.retention_years`; the default where it is silent.

    `given` holds (statement, name, value) for each parameter that commitments.toml sets.
    """

    def __init__(self, given: Iterable[tuple[str, str, Value]] = ()) -> None:
        self.values: dict[str, Value] = {}
        for statement, name, value in given:
            known = PARAMETERS.get(name)
            if known is None:
                raise _wrong(statement, f"there is no parameter “{name}”.{nearest(name, PARAMETERS)}")
            if known.choices and value not in known.choices:
                raise _wrong(statement, f"{name} is one of {', '.join(known.choices)}.")
            if not known.choices and (type(value) is not int or value < 1):
                raise _wrong(statement, f"{name} is a whole number above nought.")
            if self.values.setdefault(name, value) != value:
                what = f"{name} is {value} here and {self.values[name]} elsewhere: the policy promises two things."
                raise _wrong(statement, f"{what} Hint: give the one that counts, and put the other sentence right.")

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - a promise's parameter is a number or a choice
        if name.startswith("_") or name not in PARAMETERS:
            message = f"A policy has no parameter “{name}”.{nearest(name, PARAMETERS)}"
            raise AttributeError(message)
        return self.values.get(name, PARAMETERS[name].default)

    def said(self, name: str) -> str:
        """Return a choice as people say it: “the UK and the EEA”."""
        return PARAMETERS[name].choices[getattr(self, name)]

    def untested(self, named: Collection[str]) -> tuple[str, str]:
        """Return a parameter that is promised and that none of the named controls tests, and who would; or blanks."""
        for name, value in self.values.items():
            known = PARAMETERS[name]
            if value != known.default and not set(known.tested_by) & set(named):
                return name, " or ".join(known.tested_by)
        return "", ""

    def lacks(self, control: str) -> str:
        """Return the name of a parameter that a control cannot do without and the policy does not promise, or “”."""
        needed = (name for name, each in PARAMETERS.items() if control in each.needed_by)
        return next((name for name in needed if name not in self.values), "")


def _wrong(statement: str, what: str) -> SettingsError:
    return SettingsError(f"commitments.toml: {statement}: {what}")
