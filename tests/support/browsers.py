"""A real browser for the tests: the machine's own, or the one that Playwright brought."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Error, Playwright, sync_playwright
from support.programs import lacking

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
QUIET = ("--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync")


def start(player: Playwright) -> Browser | None:
    """Start the machine's own Chromium or Chrome, or else Playwright's; return None where neither starts."""
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    arguments = [*QUIET, "--no-sandbox"] if root else [*QUIET]  # Chromium does not start as root otherwise
    for path in (*filter(None, map(shutil.which, NAMES)), None):
        try:
            return player.chromium.launch(executable_path=path, args=arguments)
        except Error:
            continue
    return None


@contextmanager
def browser(tests: str) -> Iterator[Browser]:
    """Give a real browser; without one the test is skipped."""
    with sync_playwright() as player:
        started = start(player)
        if started is None:
            lacking(tests, "apt-get install chromium")
        yield started
        started.close()
