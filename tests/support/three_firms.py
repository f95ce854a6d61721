"""The careful firm, the ordinary firm on its first day and the negligent firm, written to be audited."""

import shutil
from pathlib import Path

from firms import day_one, negligent
from support.bench import FIRMS as FIRM_FILES
from support.bench import make_firm, request

CAREFUL = FIRM_FILES / "careful"
FIRMS = ("careful", "day_one", "negligent")


def exports(name, folder):
    """Write one of the three firms; return what to audit."""
    if name == "careful":
        return request(Path(shutil.copytree(CAREFUL, folder / "firm")), "2026-Q3")
    if name == "negligent":
        return request(negligent.write(folder / "firm"), negligent.QUARTER)
    firm = make_firm(folder / "firm")
    day_one.write(firm / "registers" / day_one.QUARTER)
    return request(firm, day_one.QUARTER)
