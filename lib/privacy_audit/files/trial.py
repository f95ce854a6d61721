"""A trial of a workbook of the old format, in a process of its own.

Lengths in an .xls are believed by the compiled code that reads it, and a damaged one can ask it for more memory than
there is: it then ends the process it runs in, and nobody could be told which file it was.
"""

import subprocess
import sys

MOST_SECONDS = 10
PROGRAM = """
import io, sys
from contextlib import suppress
from python_calamine import CalamineWorkbook
with suppress(ImportError):
    import resource
    resource.setrlimit(resource.RLIMIT_AS, (300_000_000, 300_000_000))
with suppress(Exception):  # what is told in words is told to whoever reads the workbook
    CalamineWorkbook.from_filelike(io.BytesIO(sys.stdin.buffer.read()))
"""


def survives(content: bytes) -> bool:
    """Return whether reading a workbook of at most 100 MB ends by itself, within ten seconds and 300 MB of memory."""
    try:
        done = subprocess.run(
            [sys.executable, "-I", "-c", PROGRAM],
            input=content,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=MOST_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return False
    return done.returncode == 0
