"""A control that fails is an error of its own; the others stand, and the run says so."""

import json
from dataclasses import replace

import pytest
from privacy_audit.audit import observe
from privacy_audit.audit.engine import ENGINES
from privacy_audit.audit.run import run_quarter
from privacy_audit.controls.grammar import CONTROLS, Breach
from privacy_audit.reports.results_json import findings_json
from privacy_audit.request import ENGINE


def raising(*_args):
    message = "a client called Zebedee Quillfeather"
    raise ZeroDivisionError(message)
    yield


def nonsense(columns, _rules, _as_at):
    yield Breach("no_such_reason", columns.colour_of_the_cat == "grey")


def never_typed(columns, _rules, _as_at):
    (first,) = {"register", "email", "legal_name", "client_id", "transfer_id"} & columns._names  # noqa: SLF001
    yield Breach("wrong_type", getattr(columns, first) > 3)


FAULTS = (raising, nonsense, never_typed)
# The first control of each register: how an engine takes a fault hangs on the types of a register's columns.
ONE_A_REGISTER = {each.register: id_ for id_, each in sorted(CONTROLS.items(), reverse=True)}.values()


def how_often(control, engine, fault):
    """Return no mark for make check, slow for make test, proof for make prove."""
    first = control in ONE_A_REGISTER
    if engine == ENGINE and fault is raising:
        return () if first else pytest.mark.slow
    return pytest.mark.slow if first and fault is never_typed else pytest.mark.proof


EVERY = [
    pytest.param(control, engine, fault, marks=how_often(control, engine, fault))
    for control in sorted(CONTROLS)
    for engine in ENGINES
    for fault in FAULTS
]


@pytest.mark.parametrize(("control", "engine", "broken"), EVERY)
def test_a_failing_control_is_an_error_and_changes_no_other(control, engine, broken, example, monkeypatch):
    """Whatever one control does, it is never met, and every other status and count stays as it was."""
    old = CONTROLS[control]
    if broken is never_typed and not len(example.inputs.registers[old.register].table):
        pytest.skip("of a control on a register without rows: there is nothing to compare")
    monkeypatch.setitem(observe.CONTROLS, control, replace(old, test=broken))
    after = run_quarter(example.inputs, engine, example.comparison.last_quarter)
    assert after.standing.statuses[control] == "error"
    assert {k: v for k, v in after.standing.statuses.items() if k != control} == {
        k: v for k, v in example.standing.statuses.items() if k != control
    }
    assert any(control in why for why in after.incomplete)
    assert "Zebedee" not in findings_json(after).decode()
    assert "ZeroDivisionError" not in findings_json(after).decode()
    counts = {each["id"]: each for each in json.loads(findings_json(after))["controls"]}
    assert counts[control]["kept"] == 0
