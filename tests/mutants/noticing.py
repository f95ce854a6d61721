"""Who notices a mutant: a case table of the controls that rest on it, or a test that is named for the function."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from _pytest.runner import runtestprotocol
from mutants.turned import Mutant
from privacy_audit.audit.inputs import Inputs, assembled
from privacy_audit.request import ROOT
from support.benches import bench_of


@dataclass
class Tables:
    """The case tables of some controls, read once; those that notice most are asked first.

    `anew`: the facts are worked out again for each mutant.
    """

    controls: Sequence[str]
    folder: Path
    anew: bool
    groups: list[tuple[str, Inputs, list[dict[str, str]]]] = field(default_factory=list)
    noticed: Counter[int] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        for control in self.controls:
            bench = bench_of(control)
            for number, (as_at, facts, cases) in enumerate(bench.groups(control)):
                inputs = bench.audit_cases(self.folder / f"{control}{number}", control, as_at, facts, cases)
                self.groups.append((control, inputs, cases))

    def notice(self, mutant: Mutant, controls: Iterable[str]) -> bool:
        """Whether some case of these controls comes out otherwise while the mutant runs."""
        asked = set(controls)
        with mutant.applied():
            for number in sorted(range(len(self.groups)), key=lambda each: -self.noticed[each]):
                control, inputs, cases = self.groups[number]
                if control in asked and self._is_wrong(control, inputs, cases):
                    self.noticed[number] += 1
                    return True
        return False

    def _is_wrong(self, control: str, inputs: Inputs, cases: list[dict[str, str]]) -> bool:
        try:
            bench = bench_of(control)
            again = bench.completed(assembled(inputs), control, cases) if self.anew else inputs
            return bool(bench.wrong_cases(again, control, "arrow", cases))
        except Exception:  # noqa: BLE001 - a mutant that crashes has been noticed
            return True


class _Loop:
    """Collects tests, and runs them as often as they are asked for."""

    def __init__(self, mutants: Sequence[tuple[Mutant, tuple[str, ...]]]) -> None:
        self.mutants, self.alive, self.ran = mutants, list[Mutant](), False

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Run the tests named for each mutant until one fails; a mutant for which none does is alive."""
        self.ran = True
        for mutant, names in self.mutants:
            items = [item for item in session.items if any(_is_called(item, name) for name in names)]
            with mutant.applied():
                if not any(_fails(item) for item in items):
                    self.alive.append(mutant)
        return True


def _is_called(item: pytest.Item, name: str) -> bool:
    """Whether a test is the one of that name: test_links.py::test_a, whatever its parameters are."""
    return item.nodeid.partition("[")[0] == name


def _fails(item: pytest.Item) -> bool:
    reports = runtestprotocol(item, log=False, nextitem=None)
    return any(report.failed for report in reports)


def unnoticed(mutants: Sequence[tuple[Mutant, tuple[str, ...]]]) -> list[Mutant]:
    """Return the mutants that none of the tests named for them notices."""
    if not mutants:
        return []
    names = sorted({name for _, several in mutants for name in several})
    loop = _Loop(mutants)
    quiet = ("-p", "no:nbval", "-p", "no:xdist", "-p", "no:terminal", "-p", "no:cacheprovider")
    pytest.main([*quiet, *(str(ROOT / name) for name in names)], plugins=[loop])
    assert loop.ran, f"the tests named could not be collected: {names}"
    return loop.alive
