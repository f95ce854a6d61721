"""Every control against its case table: raw rows, the expected outcome, and the reason why."""

import pytest
from privacy_audit.controls.grammar import CONTROLS
from support.benches import bench_of
from support.case_tables import CASES, read_cases
from support.engines import EACH_ENGINE


@pytest.mark.parametrize("engine", EACH_ENGINE)
@pytest.mark.parametrize("control", sorted(CONTROLS))
def test_every_case_has_the_outcome_its_table_says(control, engine, tmp_path):
    """Each row of the case table comes out as expected, for the stated reason and severity."""
    wrong, bench = [], bench_of(control)
    for number, (as_at, facts, cases) in enumerate(bench.groups(control)):
        inputs = bench.audit_cases(tmp_path / str(number), control, as_at, facts, cases)
        wrong += [f"{as_at}: {each}" for each in bench.wrong_cases(inputs, control, engine, cases)]
    assert not wrong, "\n".join(wrong)


def test_every_case_table_is_of_a_control():
    """A table of a control that is gone would test nothing."""
    assert {path.stem for path in CASES.glob("*.csv")} == set(CONTROLS)


def test_every_control_has_a_case_table_that_shows_each_outcome_it_can_have():
    """A control without cases, or whose cases never break, are never kept or never in doubt, is not tested."""
    for control in CONTROLS:
        seen = {case["expect"] for case in read_cases(control)}
        wanted = {"kept", "broken", "not_shown"} - ({"not_shown"} if control in {"DQ-03", "GOV-09"} else set())
        assert wanted <= seen, f"{control} has no case for {wanted - seen}"


def test_every_reason_of_every_control_has_a_case():
    """Each reason code that a control can give stands in its case table."""
    for control in CONTROLS.values():
        seen = {code for case in read_cases(control.id) for code in case["reason"].split("+")}
        assert set(control.reasons) <= seen, f"{control.id} has no case for {set(control.reasons) - seen}"
