"""The supplier sheet: who gets personal data from the firm, told by hand, in a workbook as a small firm keeps it."""

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter

from story.writing import write_workbook

GROUPS = {
    "Supplier": ("Legal name", "Service", "Country"),
    "Data": ("Role", "Kinds of data", "Used since", "Used until"),
    "Contract": ("Filed at", "Signed", "Ends", "Art 28 checked", "Art 28 terms missing"),
    "Security": ("Reviewed", "Basis"),
    "Outside the UK": (
        "Safeguard", "Signed", "On DPF list", "UK Extension", "Certified for", "DPF checked", "Staff data",
        "Scope confirmed", "Risk assessment", "Outcome", "Measures", "Assessment reviewed", "Support from",
        "Access arranged by",
    ),
}  # fmt: skip
WIDTHS = (34, 24, 16, 12, 48, 12, 12, 46, 12, 12, 13, 15, 12, 20, 24, 12, 10, 11, 11, 12, 9, 12, 12, 20, 44, 12, 14, 14)
DRIVE = "Contracts/"
LOOKS = (date(2026, 1, 20), date(2026, 4, 8), date(2026, 9, 22))  # at the Data Privacy Framework list


@dataclass(frozen=True)
class Bridge:
    """What the Data Privacy Framework list says of an American supplier; `left` is when it gave the Extension up."""

    active: str = ""
    covers: str = ""
    left: date | None = None


@dataclass(frozen=True)
class Assessment:
    """A transfer risk assessment."""

    day: date | None = None
    outcome: str = ""
    measures: str = ""
    again: date | None = None


@dataclass(frozen=True)
class Supplier:
    """A row of the supplier sheet."""

    name: str
    service: str
    country: str
    data: str
    since: date
    filed: str = ""
    signed: date | None = None
    ends: date | None = None
    checked: date | None = None
    missing: str = "none"
    reviewed: date | None = None
    basis: str = ""
    safeguard: str = ""
    agreed: date | None = None
    bridge: Bridge = Bridge()
    staff: str = ""
    scope: str = ""
    risk: Assessment = Assessment()
    support: tuple[str, str] = ("", "")
    role: str = "processor"

    def cells(self, day: date) -> tuple[str | date | None, ...]:
        """Return the row as it stands in the sheet on a day."""
        missing = self.missing if self.checked else ""
        contract = (self.filed, self.signed, self.ends, self.checked, missing, self.reviewed, self.basis)
        looked = max(each for each in LOOKS if each <= day) if self.bridge.active else None
        extension = "" if looked is None else "no" if self.bridge.left and self.bridge.left <= looked else "yes"
        bridge = (self.bridge.active, extension, self.bridge.covers, looked)
        risk = (self.risk.day, self.risk.outcome, self.risk.measures, self.risk.again)
        abroad = (self.safeguard, self.agreed, *bridge, self.staff, self.scope, *risk, *self.support)
        return (self.name, self.service, self.country, self.role, self.data, self.since, None, *contract, *abroad)


SUPPLIERS = (
    Supplier(
        "Tallybrook Software Ltd", "Accounting software", "United Kingdom", "names; contact details; invoices",
        date(2017, 4, 6), DRIVE + "Tallybrook DPA.pdf", date(2023, 4, 3), checked=date(2026, 1, 20),
        reviewed=date(2026, 1, 20), basis="ISO 27001", support=("Ireland", ""),
    ),
    # TRF-04 in Q3: gave the UK Extension up in the summer, which the look in September found out.
    Supplier(
        "Pelicanpost Mail Inc.", "E-mail marketing", "United States", "names; e-mail addresses; opens and clicks",
        date(2019, 1, 7), DRIVE + "Pelicanpost DPA.pdf", date(2023, 11, 6), checked=date(2026, 1, 20),
        reviewed=date(2026, 1, 20), basis="SOC 2", safeguard="DPF with UK Extension",
        bridge=Bridge("yes", "non-HR", left=date(2026, 8, 3)), staff="no",
    ),
    # Approved in full: no paper is needed.
    Supplier(
        "Cairnlough Cloud Storage DAC", "Cloud storage", "Ireland", "client files; staff files; correspondence",
        date(2018, 9, 3), DRIVE + "Cairnlough terms.pdf", date(2022, 9, 1), checked=date(2026, 1, 20),
        reviewed=date(2026, 1, 20), basis="ISO 27001", staff="yes",
    ),
    # The data bridge as it should be.
    Supplier(
        "Brightquay Payments LLC", "Card payments", "United States", "names; card details; payments",
        date(2021, 5, 17), DRIVE + "Brightquay DPA.pdf", date(2023, 10, 16), checked=date(2026, 1, 21),
        reviewed=date(2026, 1, 21), basis="SOC 2", safeguard="UK-US data bridge",
        bridge=Bridge("yes", "non-HR"), staff="no",
    ),
    # PRC-01: ran out on 31 May 2026, and the telephones still ring; accepted until the end of August.
    Supplier(
        "Dialwright Telephony Ltd", "Telephone system", "United Kingdom", "names; telephone numbers; voicemail",
        date(2021, 6, 1), DRIVE + "Dialwright agreement.pdf", date(2021, 5, 24), date(2026, 5, 31), date(2026, 1, 21),
        reviewed=date(2026, 1, 21), basis="Cyber Essentials",
    ),
    Supplier(
        "Paydaughter Bureau Ltd", "Payroll", "United Kingdom", "staff names; bank details; pay; tax codes",
        date(2019, 4, 6), DRIVE + "Paydaughter DPA.pdf", date(2024, 3, 18), date(2027, 4, 5), date(2026, 1, 21),
        reviewed=date(2026, 1, 21), basis="Cyber Essentials Plus",
    ),
    Supplier(
        "Firnstein Webspace AG", "Web hosting", "Switzerland", "IP addresses; website forms",
        date(2022, 2, 14), DRIVE + "Firnstein DPA.pdf", date(2022, 2, 10), checked=date(2026, 1, 22),
        reviewed=date(2026, 1, 22), basis="ISO 27001", staff="no",
    ),
    # A gap: which “SCCs”, with or without the UK Addendum? Five checks wait for the answer.
    Supplier(
        "Glimmerpath Analytics Inc.", "Website analytics", "United States", "IP addresses; pages visited",
        date(2023, 5, 15), DRIVE + "Glimmerpath terms.pdf", date(2023, 5, 9), checked=date(2026, 1, 22),
        reviewed=date(2026, 1, 22), basis="SOC 2", safeguard="SCCs", agreed=date(2023, 5, 9), staff="no",
        risk=Assessment(date(2025, 5, 6), "passed"),
    ),
    Supplier(
        "Umbrage & Tolley Accountants LLP", "Accountant", "United Kingdom", "invoices; payments; payroll",
        date(2017, 4, 6), DRIVE + "Engagement letter 2025.pdf", date(2025, 4, 14), role="controller",
    ),
    Supplier(
        "Stoutharbour Mutual Insurance Ltd", "Liability insurance", "United Kingdom", "claims; names; contact details",
        date(2018, 3, 1), DRIVE + "Policy schedule 2026.pdf", date(2026, 2, 24), date(2027, 2, 28), role="controller",
    ),
    Supplier(
        "Quennell Ashby Solicitors LLP", "Legal advice", "United Kingdom", "client files; correspondence",
        date(2020, 5, 11), DRIVE + "Retainer letter.pdf", date(2020, 5, 8), role="controller",
    ),
    Supplier(
        "Confettimere Shredding Ltd", "Paper shredding", "United Kingdom", "client files on paper",
        date(2024, 8, 5), DRIVE + "Confettimere agreement.pdf", date(2024, 7, 29), checked=date(2026, 1, 22),
        reviewed=date(2026, 1, 22), basis="questionnaire",
    ),
    # TRF-06 in the first two quarters: clauses made for the EU do not protect what is sent from the UK.
    Supplier(
        "Neemtara Helpdesk Pvt Ltd", "IT support out of hours", "India", "staff names; device data; screen contents",
        date(2022, 10, 3), DRIVE + "Neemtara DPA.pdf", date(2022, 9, 26), date(2027, 9, 30), date(2026, 1, 23),
        reviewed=date(2026, 1, 23), basis="ISO 27001", safeguard="EU SCCs only", agreed=date(2022, 9, 26), staff="yes",
    ),
    # PRC-02: a large supplier's terms without a right to audit, accepted for a year.
    Supplier(
        "Calendrillo Inc.", "Appointment booking", "United States", "names; e-mail addresses; appointments",
        date(2024, 3, 4), DRIVE + "Calendrillo DPA.pdf", date(2024, 2, 19), checked=date(2026, 1, 23),
        missing="audit rights", reviewed=date(2026, 1, 23), basis="SOC 2", safeguard="IDTA", agreed=date(2024, 2, 19),
        staff="no",
        risk=Assessment(date(2024, 2, 12), "passed with measures", "no notes; single sign-on", date(2026, 2, 9)),
    ),
    Supplier(
        "Keyholt Vault Corp.", "Password manager", "Canada", "staff names; e-mail addresses; passwords",
        date(2023, 1, 9), DRIVE + "Keyholt DPA.pdf", date(2023, 1, 4), checked=date(2026, 1, 23),
        reviewed=date(2026, 1, 23), basis="ISO 27001", safeguard="UK adequacy", staff="yes", scope="yes",
    ),
    # Not for TRF-01: people in Manila can see the data, and the supplier itself lets them.
    Supplier(
        "Inkwillow Signing Ltd", "E-signatures", "United Kingdom", "names; e-mail addresses; signed contracts",
        date(2025, 2, 3), DRIVE + "Inkwillow terms (accepted online).pdf", date(2025, 2, 3), checked=date(2026, 1, 23),
        reviewed=date(2026, 1, 23), basis="ISO 27001", support=("Philippines", "the supplier"),
    ),
)  # fmt: skip


# Cured: what the sheet says of Neemtara from the day of signature.
ADDENDUM = {
    "safeguard": "UK Addendum",
    "agreed": date(2026, 7, 1),
    "risk": Assessment(date(2026, 6, 26), "passed with measures", "no client files on screen; sessions logged"),
}


def suppliers(day: date) -> list[Supplier]:
    """Return the suppliers as the sheet had them on a day."""
    signed = ADDENDUM["agreed"] <= day
    return [replace(each, **ADDENDUM) if signed and each.country == "India" else each for each in SUPPLIERS]


def supplier_book(day: date, reviewed: date) -> Workbook:
    """Return the sheet as a small firm keeps it: a title, a header in two rows, and the suppliers."""
    book = Workbook()
    sheet = book.active
    sheet.title = "Suppliers"
    sheet["A1"] = "Suppliers and others who get personal data from us"
    sheet["A2"] = f"Reviewed {reviewed.day} {reviewed:%B %Y}"
    sheet["A1"].font, sheet["A2"].font = Font(bold=True, size=14), Font(italic=True, color="555555")
    bold, fill = Font(bold=True), PatternFill("solid", fgColor="DCE6F1")
    line = Border(bottom=Side(style="thin", color="808080"))
    column = 1
    for group, titles in GROUPS.items():
        sheet.cell(4, column, group)
        sheet.merge_cells(start_row=4, end_row=4, start_column=column, end_column=column + len(titles) - 1)
        for place, title in enumerate(titles, column):
            sheet.cell(5, place, title)
        column += len(titles)
    for row in sheet.iter_rows(min_row=4, max_row=5, max_col=column - 1):
        for cell in row:
            cell.font, cell.fill, cell.border = bold, fill, line
            cell.alignment = Alignment(horizontal="center" if cell.row == 4 else "left", vertical="top", wrap_text=True)
    for number, supplier in enumerate(suppliers(day), 6):
        for place, value in enumerate(supplier.cells(day), 1):
            cell = sheet.cell(number, place, value or None)
            if isinstance(value, date):
                cell.number_format = "DD/MM/YYYY"
    for place, width in enumerate(WIDTHS, 1):
        sheet.column_dimensions[get_column_letter(place)].width = width
    sheet.row_dimensions[5].height = 30
    sheet.freeze_panes = "B6"
    sheet.page_setup.orientation, sheet.page_setup.fitToHeight = "landscape", 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    book.properties.creator = "Office manager"
    return book


def write_suppliers(folder: Path, day: date, reviewed: date) -> None:
    """Write the supplier sheet of a day."""
    write_workbook(folder / "suppliers.xlsx", supplier_book(day, reviewed), reviewed)
