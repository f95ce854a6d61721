"""Run by the Python that has LibreOffice's bridge: open a workbook, write into cells, and tell what the sheets show.

drive.py PIPE WORKBOOK WRITES: WRITES is JSON, [[sheet, cell, text], ...]. What is told is JSON, for each sheet by name
{"data": rows of texts and numbers, "live": the formulas that are calculated, "protected": whether, "errors": how many}.
"""

import json
import os
import sys
import time

TRIES = 120
VALUES, TEXTS, ERRORS = 1, 2, 4  # what a formula gives


def connect(pipe):
    """Return LibreOffice's desktop once it listens."""
    import uno  # noqa: PLC0415 - there only where LibreOffice brings it, and pytest looks into every file
    from com.sun.star.connection import NoConnectException  # noqa: PLC0415

    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
    for _ in range(TRIES):
        try:
            context = resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
        except NoConnectException:
            time.sleep(0.5)
        else:
            return context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
    message = "LibreOffice did not start"
    raise SystemExit(message)


def told(sheet):
    """Return what a sheet's used area shows."""
    cursor = sheet.createCursor()
    cursor.gotoEndOfUsedArea(False)  # noqa: FBT003 - it takes no names
    area = sheet.getCellRangeByPosition(0, 0, cursor.RangeAddress.EndColumn, cursor.RangeAddress.EndRow)
    live = list(cells(area, VALUES + TEXTS + ERRORS))
    errors = len(list(cells(area, ERRORS)))
    return {"data": area.getDataArray(), "live": live, "protected": sheet.isProtected(), "errors": errors}


def cells(area, kinds):
    """Yield the formulas of these kinds."""
    every = area.queryFormulaCells(kinds).Cells.createEnumeration()
    while every.hasMoreElements():
        yield every.nextElement().getFormula()


def main(pipe, path, writes):
    """Open, write, tell, close."""
    import uno  # noqa: PLC0415

    desktop = connect(pipe)
    hidden = uno.createUnoStruct("com.sun.star.beans.PropertyValue")
    hidden.Name, hidden.Value = "Hidden", True
    document = desktop.loadComponentFromURL(uno.systemPathToFileUrl(path), "_blank", 0, (hidden,))
    try:
        for sheet, cell, text in json.loads(writes):
            document.Sheets.getByName(sheet).getCellRangeByName(cell).setFormula(text)
        print(json.dumps({name: told(document.Sheets.getByName(name)) for name in document.Sheets.ElementNames}))  # noqa: T201 - how it answers
    finally:
        document.close(True)  # noqa: FBT003 - it takes no names


if __name__ == "__main__":
    main(*sys.argv[1:])
    # The bridge to LibreOffice may crash when Python takes it down; by now everything has been said.
    sys.stdout.flush()
    os._exit(0)
