"""How long a quarterly run of the example takes, beside stock papermill on a notebook that only imports.

.venv/bin/python benchmarks/run.py [TIMES]: the two in turn, each a whole process with its kernel; the median of the
ratios pair by pair, in seconds of the clock and of the processor. The bar is 2.0.
"""

import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

import nbformat

BIN, TIMES, LIMIT = Path(sys.executable).parent, 7, 2.0
ROOT = Path(__file__).resolve().parents[1]
KERNEL = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}


def spent(*command: str) -> tuple[float, float]:
    """Return the seconds of the clock and of the processor that a command takes, those of its kernel among them."""
    clock, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([BIN / command[0], *command[1:]], check=True, cwd=ROOT, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return time.perf_counter() - clock, cpu


def main(times: int) -> None:
    """Print each pair, then the medians."""
    with tempfile.TemporaryDirectory() as folder:
        notebook, out = f"{folder}/imports.ipynb", f"{folder}/out.ipynb"
        cell = nbformat.v4.new_code_cell("import pandas, matplotlib.pyplot")
        nbformat.write(nbformat.v4.new_notebook(cells=[cell], metadata=KERNEL), notebook)
        ours = ("privacy-audit", "run", "--reports", f"{folder}/reports")
        stock = ("papermill", notebook, out)
        spent(*ours), spent(*stock)  # not counted: files are compiled and come into the machine's memory
        pairs = [(spent(*ours), spent(*stock)) for _ in range(times)]
    for (clock, cpu), (theirs, their_cpu) in pairs:
        print(f"run {clock:.2f} s ({cpu:.2f} s of processor)   papermill {theirs:.2f} s ({their_cpu:.2f} s)")
    for what, at in (("the clock", 0), ("the processor", 1)):
        print(f"{what}: {median(one[at] / other[at] for one, other in pairs):.2f} times papermill (bar {LIMIT})")


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else TIMES)
