"""A pytest plugin: skipped tests are named at the very end, with the command that brings what they need."""

from collections import Counter
from collections.abc import Generator

import pytest

SKIPPED: Counter[str] = Counter()


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Keep the reason of a skipped test; with processes side by side the one that prints hears of all of them."""
    if report.skipped and isinstance(report.longrepr, tuple):
        SKIPPED[report.longrepr[2].removeprefix("Skipped: ")] += 1


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> Generator[None]:
    """Print one line for each reason, below pytest's own last line."""
    yield
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is not None:
        for reason, number in sorted(SKIPPED.items()):
            reporter.write_line(f"Not run: {number} {'test' if number == 1 else 'tests'} {reason}")
