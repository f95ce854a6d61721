"""The case tables notice: whatever single condition of a control or a fact is turned, some case turns red.

A mutant that changes nothing that can be seen is listed below with the reason.
"""

import ast
import copy
import importlib
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
import test_cases
import test_governance
from privacy_audit.control import CONTROLS
from privacy_audit.request import ROOT

MARKETING = ["MKT-01", "MKT-02", "MKT-05", "MKT-03"]
CONTROL_MODULES = {
    "collection": ["DAT-01"],
    "consent": ["MKT-01", "MKT-03"],
    "disposal": ["RET-02", "RET-04", "RET-06"],
    "governance": ["GOV-02", "GOV-03"],
    "marketing": ["MKT-02", "MKT-04", "MKT-05"],
    "quality": ["DQ-03", "DQ-05"],
    "recipients": ["PRC-01", "PRC-02", "PRC-05"],
    "retention": ["RET-01", "RET-03", "RET-08"],
    "safeguards": ["TRF-04", "TRF-06", "TRF-07"],
    "transfers": ["TRF-01", "TRF-02"],
}
FACT_MODULES = {
    "article28": ["PRC-02"],
    "classes": ["RET-02"],
    "clauses": ["GOV-02", "GOV-03"],
    "clients": ["RET-01", "RET-02", "RET-03", "RET-04", "RET-08"],
    "consent": ["MKT-03"],
    "contacts": ["MKT-04", "MKT-01", "MKT-02"],
    "held": ["DAT-01"],
    "joined": MARKETING,
    "links": ["DQ-05"],
    "mailings": ["MKT-04", "MKT-02", "MKT-01"],
    "pecr": MARKETING,
    "period": ["TRF-01", "TRF-02", "PRC-01"],
    "population": MARKETING,
    "processors": ["TRF-01", "PRC-01"],
    "readings": MARKETING,
    "residue": ["RET-06"],
    "security": ["PRC-05"],
    "seen": ["RET-03", "RET-08"],
    "support": ["TRF-01"],
    "transfers": ["TRF-02", "TRF-04", "TRF-06", "TRF-07"],
}
# Where a control's cases are audited: the policy's own words have a bench of their own.
BENCHES = {"GOV-02": test_governance, "GOV-03": test_governance}
TURNED = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
# Conditions that no single register's case can hold, and what holds them instead.
HELD_ELSEWHERE = {
    "derive": "tests/test_facts.py",
    "compared": "tests/test_facts.py",
    "_lost": "tests/test_facts.py",
    "approved": "tests/test_facts.py",
    "promised": "tests/test_other_firm.py",
    "classes_of": "tests/test_editions.py",
    "_tells_no_mailings": "tests/test_three_firms.py",
    "_through": "tests/test_facts.py",
    "_related": "tests/test_facts.py",
    "_whose": "tests/test_damage.py",
    "_of_contacts": "tests/test_links.py",
    "_of_invoices": "tests/test_links.py",
    "_in_period": "tests/test_links.py",
    "_People": "tests/test_links.py",
    "_to_blame": "tests/test_links.py",
    "_in_words": "tests/test_suppliers.py",
    "register": "tests/test_links.py",
    "_told_by_supplier": "tests/test_every_transfer.py",
    "registers_present_and_fresh": "tests/test_cases.py",
    "columns_complete": "tests/test_follow_up.py",
    "_is_whole": "tests/test_marketing.py",
    "missing": "tests/test_marketing.py",
    "elsewhere": "tests/test_marketing.py",
    "to_fill_in": "tests/test_marketing.py",
    "_in_ledger": "tests/test_retention.py",
    "_guessed_ends": "tests/test_retention.py",
    "_causes": "tests/test_retention.py",
    "_known_empty": "tests/test_retention.py",
    "_of_those_that_tell": "tests/test_facts.py",
    "_contacts": "tests/test_facts.py",
    "_saying": "tests/test_other_firm.py",
    "countries": "tests/test_insurer.py",
    "_where": "tests/test_insurer.py",
}


def bench_of(control: str) -> ModuleType:
    return BENCHES.get(control, test_cases)


def mutants(tree: ast.Module) -> Iterator[tuple[str, ast.Module]]:
    """Yield (what was turned, the tree with it turned), one condition at a time."""
    elsewhere = [each for each in tree.body if getattr(each, "name", "") in HELD_ELSEWHERE]
    skipped = {line for each in elsewhere for line in range(each.lineno, each.end_lineno + 1)}
    for index, node in enumerate(ast.walk(tree)):
        if getattr(node, "lineno", 0) in skipped:
            continue
        where = f"line {getattr(node, 'lineno', 0)}"
        if isinstance(node, ast.Compare) and type(node.ops[0]) in TURNED:
            changed = _node(tree, index)
            changed[1].ops[0] = TURNED[type(node.ops[0])]()
            yield f"{where}: {ast.unparse(node)} -> {ast.unparse(changed[1])}", changed[0]
        elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitAnd | ast.BitOr) and not _is_type(node):
            changed = _node(tree, index)
            changed[1].op = ast.BitOr() if isinstance(node.op, ast.BitAnd) else ast.BitAnd()
            yield f"{where}: {ast.unparse(node)} -> {ast.unparse(changed[1])}", changed[0]
        elif isinstance(node, ast.BoolOp):
            changed = _node(tree, index)
            changed[1].op = ast.Or() if isinstance(node.op, ast.And) else ast.And()
            yield f"{where}: {ast.unparse(node)} -> {ast.unparse(changed[1])}", changed[0]
        elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Invert):
            changed = _node(tree, index)
            changed[1].operand = ast.UnaryOp(ast.Invert(), changed[1].operand)
            yield f"{where}: without ~ in {ast.unparse(node)}", changed[0]


def _is_type(node: ast.BinOp) -> bool:
    """Whether this is no condition but the type of something that may be None."""
    return ast.unparse(node).endswith("| None")


def _node(tree: ast.Module, index: int) -> tuple[ast.Module, ast.AST]:
    twin = copy.deepcopy(tree)
    return twin, list(ast.walk(twin))[index]


def survivors(path: Path, name: str, controls: list[str], tmp_path: Path, *, read_again: bool) -> list[str]:
    """Return the mutants of a module that no case notices."""
    module = importlib.import_module(name)
    before, registered = dict(module.__dict__), dict(CONTROLS)
    tables = {control: list(bench_of(control).groups(control)) for control in controls}
    whole = {
        control: [
            bench_of(control).audit_cases(tmp_path / f"{control}{n}", control, *each)
            for n, each in enumerate(tables[control])
        ]
        for control in controls
    }
    alive = []
    for number, (what, tree) in enumerate(mutants(ast.parse(path.read_text(encoding="utf-8")))):
        try:
            exec(compile(ast.fix_missing_locations(tree), str(path), "exec"), module.__dict__)  # noqa: S102 - a mutant of our own module
            if not any(_noticed(control, tables, whole, tmp_path / str(number), read_again) for control in controls):
                alive.append(what)
        finally:
            module.__dict__.update(before)
            CONTROLS.update(registered)
    return alive


def _noticed(control, tables, whole, folder, read_again) -> bool:
    for number, (as_at, facts, cases) in enumerate(tables[control]):
        try:
            inputs = (
                bench_of(control).audit_cases(folder / f"{control}{number}", control, as_at, facts, cases)
                if read_again
                else whole[control][number]
            )
            if bench_of(control).wrong_cases(inputs, control, "arrow", cases):
                return True
        except Exception:  # noqa: BLE001 - a mutant that crashes has been noticed
            return True
    return False


@pytest.mark.slow
@pytest.mark.parametrize("name", CONTROL_MODULES)
def test_no_condition_of_a_control_can_be_turned_unnoticed(name, tmp_path):
    """Every comparison, “and”, “or” and “not” of every control is held by a case."""
    path = ROOT / "lib" / "privacy_audit" / "controls" / f"{name}.py"
    alive = survivors(path, f"privacy_audit.controls.{name}", CONTROL_MODULES[name], tmp_path, read_again=False)
    assert not alive, "\n".join(alive)


@pytest.mark.slow
@pytest.mark.parametrize("name", FACT_MODULES)
def test_no_condition_of_a_fact_can_be_turned_unnoticed(name, tmp_path):
    """Every comparison, “and”, “or” and “not” of every fact is held by a case."""
    path = ROOT / "lib" / "privacy_audit" / "facts" / f"{name}.py"
    alive = survivors(path, f"privacy_audit.facts.{name}", FACT_MODULES[name], tmp_path, read_again=True)
    assert not alive, "\n".join(alive)


def test_the_tables_of_all_controls_are_mutated():
    """A new control's module must be listed here."""
    listed = {control for controls in CONTROL_MODULES.values() for control in controls}
    assert not set(test_cases.TABLES) - listed
