"""Whatever single condition of a control or a fact is turned, some case or some test turns red.

A case table notices it, or a test that is named for the function does; no condition is left out. The conditions of
facts/invoices.py are turned in tests/test_invoices.py; the grammar of controls holds none about a register.
"""

import pytest
from mutants.named import CONTROLS_OF, NAMED, NOT_SEEN
from mutants.noticing import Tables, unnoticed
from mutants.turned import mutants_of, outside_of_functions
from privacy_audit.controls.grammar import CONTROLS
from privacy_audit.request import ROOT

PACKAGE = ROOT / "lib" / "privacy_audit"
MODULES = [
    f"{folder}.{path.stem}"
    for folder in ("controls", "facts")
    for path in sorted((PACKAGE / folder).glob("*.py"))
    if path.stem not in {"__init__", "grammar", "invoices"}
]
MODULES.append("audit.history")  # of which one function makes the register that GOV-09 judges
ALONE = {"audit.history": {"audit.history.open_tasks"}}


def own_controls(module: str) -> dict[str, str]:
    """Return the controls that a module holds, by the name of the function."""
    held = [each for each in CONTROLS.values() if each.test.__module__ == f"privacy_audit.{module}"]
    return {each.test.__name__: each.id for each in held}


@pytest.mark.slow
@pytest.mark.parametrize("module", MODULES)
def test_no_condition_can_be_turned_unnoticed(module, tmp_path):
    """Every comparison, “and”, “or” and “not” of every control and fact is held."""
    own = own_controls(module)
    controls = sorted(own.values()) or CONTROLS_OF.get(module, ())
    tables = Tables(controls, tmp_path, anew=not own)
    alone = ALONE.get(module)
    mutants = [each for each in mutants_of(module) if alone is None or each.name in alone]
    left = set(unnoticed([(each, NAMED[each.name]) for each in mutants if each.name in NAMED]))
    alive = []
    for mutant in (each for each in mutants if each in left or each.name not in NAMED):
        name = mutant.name.rpartition(".")[2]
        if not tables.notice(mutant, [own[name]] if name in own else controls):
            alive.append(str(mutant))
    assert sorted(alive) == sorted(each for each in NOT_SEEN if each.startswith(f"{module}."))


@pytest.mark.parametrize("module", MODULES)
def test_no_condition_stands_where_no_mutant_reaches_it(module):
    """A condition outside of every function would be held by nothing."""
    assert not outside_of_functions(module)


@pytest.mark.slow
def test_every_function_for_which_tests_are_named_is_there():
    """What is gone must leave the list."""
    there = {each.name for module in MODULES for each in mutants_of(module)}
    assert NAMED.keys() <= there
