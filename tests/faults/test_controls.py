"""Whatever one control does, it is an error, it is never met, and every other control says what it said before."""

import time
from dataclasses import replace

import narwhals as nw
import pytest
from privacy_audit.audit import observe
from privacy_audit.audit.engine import BROKEN, KEPT, ROW, QuitError, TooSlowError, Verdicts, with_time_limit
from privacy_audit.audit.standing import status
from privacy_audit.controls.grammar import CONTROLS, Breach, Condition, Gap, InScope, Reasoned

SIX = ("DQ-03", "MKT-02", "MKT-04", "PRC-01", "RET-01", "TRF-02")


def first_of(columns):
    """Any column that the register surely has."""
    return getattr(columns, min(columns._names))  # noqa: SLF001


def every_reason(control, when):
    """A function that yields all of a control's reasons under one condition."""

    def test(columns, _rules, _as_at):
        for code in CONTROLS[control].reasons:
            yield Breach(code, when(columns))

    return test


def quits(*_):
    raise SystemExit(0)
    yield


def interrupts(*_):
    raise KeyboardInterrupt
    yield


def overflows(columns, rules, as_at):
    yield from overflows(columns, rules, as_at)


def asks_nothing(columns, *_):
    yield InScope(first_of(columns) == first_of(columns))


def yields_words(*_):
    yield "everything is fine"


def returns_nothing(*_):
    return None


def says_it_twice(control):
    def test(columns, *_):
        for _ in range(2):
            for code in CONTROLS[control].reasons:
                yield Breach(code, first_of(columns) == first_of(columns))

    return test


def leaves_one_out(control):
    def test(columns, *_):
        for code in [*CONTROLS[control].reasons][1:]:
            yield Breach(code, first_of(columns) == first_of(columns))
        yield Gap("another", first_of(columns) == first_of(columns))

    return test


NONSENSE = {
    "quits the program": lambda _: quits,
    "interrupts it": lambda _: interrupts,
    "calls itself for ever": lambda _: overflows,
    "asks nothing": lambda _: asks_nothing,
    "yields words": lambda _: yields_words,
    "returns nothing": lambda _: returns_nothing,
    "says it twice": says_it_twice,
    "leaves one out": leaves_one_out,
    "rests on nothing": lambda control: every_reason(control, lambda _: Condition(nw.lit(value=False), ())),
    "answers with a number": lambda control: every_reason(
        control, lambda columns: Condition(first_of(columns).expr.is_null().cast(nw.Int64), first_of(columns).columns)
    ),
    "answers for fewer rows": lambda control: every_reason(
        control, lambda columns: Condition(first_of(columns).expr.is_null().head(1), first_of(columns).columns)
    ),
}


def observed(inputs, engine, stage="exports"):
    """Every control's observation, or that of those of one later stage; a handful of them in the quick tests."""
    return {each.control.id: each for each in observe.observe(inputs, engine, stage=stage)}


@pytest.fixture
def handful(monkeypatch):
    """Six controls, for tests that need not show it for all."""
    monkeypatch.setattr(observe, "CONTROLS", {each: CONTROLS[each] for each in SIX})
    monkeypatch.setattr(observe, "_refuse_unknown_controls", lambda _: None)


@pytest.fixture(scope="module")
def before(example):
    """What the controls say on each engine, undisturbed."""
    engines, stages = ("arrow", "pandas", "polars"), ("exports", "gaps", "follow_up")
    return {(engine, stage): observed(example.inputs, engine, stage) for engine in engines for stage in stages}


def alone_in_error(control, inputs, engine, before):
    """Observe again; only this control may differ, and it must be an error with no row kept."""
    stage = inputs.schemas[CONTROLS[control].register].stage
    after, undisturbed = observed(inputs, engine, stage), before[engine, stage]
    undisturbed = {each: found for each, found in undisturbed.items() if each in observe.CONTROLS}
    assert after[control].error, after[control].counts
    assert status(after[control], 0) == "error"
    assert after[control].counts[KEPT] == 0
    told = {each: (found.counts, found.error) for each, found in after.items() if each != control}
    assert told == {each: (found.counts, found.error) for each, found in undisturbed.items() if each != control}
    return after[control].error


@pytest.mark.slow
@pytest.mark.parametrize(("what", "engine"), [*zip(sorted(NONSENSE), ["arrow", "pandas", "polars"] * 4, strict=False)])
@pytest.mark.usefixtures("handful")
def test_nonsense_is_an_error(what, engine, example, before, monkeypatch):
    """One control, on one engine or another; in the heavy proof, all of them."""
    monkeypatch.setitem(observe.CONTROLS, "MKT-04", replace(CONTROLS["MKT-04"], test=NONSENSE[what]("MKT-04")))
    alone_in_error("MKT-04", example.inputs, engine, before)


@pytest.mark.proof
@pytest.mark.parametrize("control", sorted(CONTROLS))
def test_nonsense_from_any_control_is_an_error(control, example, before, monkeypatch):
    """Every kind of nonsense from every control, in turn on all engines."""
    for number, make in enumerate(NONSENSE.values(), sorted(CONTROLS).index(control)):
        with monkeypatch.context() as patch:
            patch.setitem(CONTROLS, control, replace(CONTROLS[control], test=make(control)))
            alone_in_error(control, example.inputs, ("arrow", "pandas", "polars")[number % 3], before)


def wrong_counts(judged):
    return replace(judged, counts={**judged.counts, KEPT: judged.counts[KEPT] + 1})


def negative(judged):
    return replace(judged, counts={**judged.counts, KEPT: judged.counts[KEPT] + 5, BROKEN: judged.counts[BROKEN] - 5})


def other_verdicts(judged):
    return replace(judged, counts={"fine": sum(judged.counts.values())})


def a_row_beyond(judged):
    return replace(judged, rows=[{**row, ROW: row[ROW] + 1_000_000} for row in judged.rows])


def a_row_twice(judged):
    return replace(judged, rows=[*judged.rows, *judged.rows[:1]])


def no_rows(judged):
    return replace(judged, rows=[])


def broken_by_nothing(judged):
    return replace(
        judged, rows=[{k: v if not k.startswith("is:") else False for k, v in r.items()} for r in judged.rows]
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    "spoil", [wrong_counts, negative, other_verdicts, a_row_beyond, a_row_twice, no_rows, broken_by_nothing]
)
@pytest.mark.usefixtures("handful")
def test_an_engine_that_miscounts_is_an_error(spoil, example, before, monkeypatch):
    """Counts that do not add up, rows out of range, twice or missing, a broken row without a reason."""
    original, control = observe.judge, "MKT-04"
    reasons = set(CONTROLS[control].reasons)

    def judge(frame, clauses, *rest) -> Verdicts:
        judged = original(frame, clauses, *rest)
        mine = {each.code for each in clauses if isinstance(each, Reasoned)} == reasons
        return spoil(judged) if mine else judged

    monkeypatch.setattr(observe, "judge", judge)
    assert "make no sense" in alone_in_error(control, example.inputs, "arrow", before)


def sleeps(*_):
    time.sleep(60)
    yield


def spins(*_):
    while True:
        pass
    yield


@pytest.mark.slow
@pytest.mark.parametrize("hang", [sleeps, spins])
@pytest.mark.usefixtures("handful")
def test_a_control_that_hangs_is_an_error(hang, example, before, monkeypatch):
    """After the time it may take, the others go on."""
    hanging("MKT-04", hang, 1.0, example, before, monkeypatch)


@pytest.mark.proof
@pytest.mark.parametrize("control", sorted(CONTROLS))
def test_any_control_that_hangs_is_an_error(control, example, before, monkeypatch):
    """Asleep or busy, each in turn."""
    for hang in (sleeps, spins):
        hanging(control, hang, 1.0, example, before, monkeypatch)


def hanging(control, hang, seconds, example, before, monkeypatch):
    """Let one control hang; it alone has little time, so that a busy machine fails no other."""
    broken = replace(CONTROLS[control], test=hang)

    def limited(_, function):
        mine = any(each.cell_contents is broken for each in function.__closure__)
        return with_time_limit(seconds if mine else 600.0, function)

    with monkeypatch.context() as patch:
        patch.setattr(observe, "with_time_limit", limited)
        patch.setattr(observe, "LIMIT_SECONDS", seconds)
        patch.setitem(observe.CONTROLS, control, broken)
        told = alone_in_error(control, example.inputs, "arrow", before)
    assert told == f"The control could not be run: it took longer than {seconds:g} seconds; the others were run"


def test_what_takes_too_long_is_stopped_and_what_fails_says_so():
    """Within its time a function returns or raises as ever; beyond it, it is told to end."""
    assert with_time_limit(5, max, 1, 2) == 2
    with pytest.raises(ZeroDivisionError):
        with_time_limit(5, lambda: 1 // 0)
    with pytest.raises(QuitError):
        with_time_limit(5, lambda: next(quits()))
    steps = []

    def counts():
        while True:
            steps.append(time.sleep(0.001))

    with pytest.raises(TooSlowError):
        with_time_limit(0.05, counts)
    time.sleep(0.2)
    reached = len(steps)
    time.sleep(0.1)
    assert len(steps) == reached, "it is still running"
