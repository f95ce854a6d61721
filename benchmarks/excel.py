"""How long 20,000 findings take to become a workbook, beside XlsxWriter writing the same.

.venv/bin/python benchmarks/excel.py [ROWS]: both in one process, three times each; the best of each in seconds of CPU.
"""

import io
import sys
import time
from collections.abc import Callable
from datetime import date, timedelta

import xlsxwriter
from privacy_audit.reports.excel.table import FIRST, HEADER, SheetLayout, table_sheet
from privacy_audit.reports.excel.writer import SIGNS, Book
from privacy_audit.reports.tables import Table

ROWS, TIMES, LIMIT = 20_000, 3, 2.2
COLUMNS = [("Rows", 7), ("How serious", 12), ("Fact or gap", 9), ("Check", 9), ("Record", 22), ("What was found", 50)]
COLUMNS += [("Where", 36), ("What to do", 42), ("By", 13), ("Since last quarter", 14), ("First seen", 10)]
COLUMNS += [("Accepted by", 24), ("The law", 26), ("Finding", 13), ("Task number", 13)]
SERIOUS = ("▲ critical", "◆ major", "● minor", "○ note")
LINKED = {1: "Source rows", 4: "Checks", 15: "Tasks"}


def findings(number: int) -> list[tuple[object, ...]]:
    """Return made-up findings in the shape of the sheet Findings."""
    return [
        (
            *(2, SERIOUS[at % 4], "fact", f"MKT-{at % 9:02d}", f"C-{at:05d}"),
            f"Marketing was sent on {at % 28 + 1} September 2026, after the opt-out of {at % 27 + 1} May 2026.",
            f"clients.csv, row {at}; unsubscribed_email_audience_export_4f2c9a.csv, row {at + 7}",
            "Stop sending marketing to these contacts and put their addresses on the suppression list.",
            *(date(2026, 10, 9) + timedelta(at % 60), "still there", "2026-Q2", ""),
            *("UK GDPR Art 21(3) and 7(3); PECR reg 22", f"{at:010x}", f"{at % 40:010x}"),
        )
        for at in range(number)
    ]


def ours(rows: list[tuple[object, ...]]) -> bytes:
    """Write them as the audit does."""
    book = Book("Benchmark", "Example: fictional registers", date(2026, 10, 1))
    links = {column: _to(title) for column, title in LINKED.items()}
    table_sheet(book, Table("Findings", "One line each.", COLUMNS, rows), SheetLayout(links=links, signs=(2,)))
    return book.save()


def _to(title: str) -> Callable[[object], tuple[str, int]]:
    return lambda _row: (title, FIRST)


def theirs(rows: list[tuple[object, ...]]) -> bytes:
    """Write them with XlsxWriter: the same cells, styles, heights, links, colours, named table, lock and page."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet = book.add_worksheet("Findings")
    for title in LINKED.values():
        book.add_worksheet(title)
    plain = {"font_name": "Calibri", "font_size": 10, "text_wrap": True, "valign": "top", "align": "left"}
    plain |= {"bottom": 1, "bottom_color": "#BFBFBF", "left": 7, "left_color": "#D9D9D9", "font_color": "#1B1B1B"}
    body, day = book.add_format(plain), book.add_format(plain | {"num_format": "d mmm yyyy"})
    link = book.add_format(plain | {"font_color": "#0B5394", "underline": 1})
    head = book.add_format({"font_name": "Calibri", "bold": True, "bg_color": "#1F3A5F", "font_color": "#FFFFFF"})
    for number, (_, width) in enumerate(COLUMNS):
        sheet.set_column(number, number, width)
    top = HEADER - 1
    columns = [{"header": name, "header_format": head} for name, _ in COLUMNS]
    where = (top, 0, top + len(rows), len(COLUMNS) - 1)
    sheet.add_table(*where, {"columns": columns, "name": "Findings", "style": "Table Style Light 1"})
    for number, row in enumerate(rows, HEADER):
        sheet.set_row(number, 42)
        for column, value in enumerate(row):
            if column + 1 in LINKED:
                sheet.write_url(number, column, f"internal:'{LINKED[column + 1]}'!A{FIRST}", link, str(value))
            elif isinstance(value, date):
                sheet.write_datetime(number, column, value, day)
            elif value:
                sheet.write_string(number, column, value, body)
            else:
                sheet.write_blank(number, column, None, body)
    for sign, colour in SIGNS.items():
        rule = {"type": "formula", "criteria": f'=LEFT(B{FIRST},{len(sign)})="{sign}"'}
        fill = book.add_format({"bg_color": f"#{colour}"})
        sheet.conditional_format(HEADER, 1, top + len(rows), 1, rule | {"format": fill})
    sheet.freeze_panes(HEADER, 2)
    sheet.repeat_rows(top)
    sheet.protect("", {"autofilter": True, "format_columns": True, "format_rows": True})
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    book.close()
    return out.getvalue()


def seconds(write: Callable[[list[tuple[object, ...]]], bytes], rows: list[tuple[object, ...]]) -> tuple[float, int]:
    """Return the seconds of CPU that one writing takes, and the size of the workbook."""
    began = time.process_time()
    size = len(write(rows))
    return time.process_time() - began, size


def main() -> int:
    """Print both and their ratio; 1 where the ratio is above the limit."""
    rows = findings(int(sys.argv[1]) if len(sys.argv) > 1 else ROWS)
    taken = {write: [seconds(write, rows) for _ in range(TIMES)] for write in (ours, theirs)}
    best = {write: min(each) for write, each in taken.items()}
    ratio = best[ours][0] / best[theirs][0]
    for write, (time_taken, size) in best.items():
        print(f"{write.__name__:7} {time_taken:6.2f} s  {size:>10,} bytes")
    print(f"{len(rows):,} findings: {ratio:.2f} times XlsxWriter (limit {LIMIT})")
    return int(ratio > LIMIT)


if __name__ == "__main__":
    sys.exit(main())
