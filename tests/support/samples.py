"""Rows that several tests begin from, and a firm that has just these."""

from support.bench import make_firm, request, write_register

SUPPLIER = {
    "role": "processor",
    "contract_ref": "a.pdf",
    "contract_signed_on": "2020-01-01",
    "contract_expires_on": "",
    "safeguard": "IDTA",
    "safeguard_signed_on": "2024-01-01",
}
CONTACT = {
    "channel": "email",
    "status": "subscribed",
    "consent_on": "2024-01-01",
    "opted_out_on": "",
    "last_marketing_on": "2026-09-01",
}
CLIENT = {"relationship": "client", "last_marketing_on": "2026-09-01"}


def bench(tmp_path, **registers):
    firm = make_firm(tmp_path / "firm")
    for name, rows in registers.items():
        write_register(firm / "registers" / "2026-Q3", name, rows)
    return request(firm, "2026-Q3")


def suppliers(*places):
    return [
        SUPPLIER | {"legal_name": f"{place or 'Nowhere'} {role} Ltd", "service": "x", "country": place, "role": role}
        for place, role in places
    ]


# Every column that marketing rests on stands in each list, filled in for somebody who has opted out long ago.
NOBODY = {
    "email": "nobody@example.com", "channel": "email", "status": "unsubscribed", "consent_on": "2019-01-01",
    "consent_method": "form", "consent_wording": "v1", "consent_ref": "form 1", "details_context": "sale",
    "refusal_offered": "yes", "similar_services_only": "yes", "source": "purchase", "opted_out_on": "2020-01-01",
    "last_marketing_on": "2019-06-01",
}  # fmt: skip
NOBODY_CLIENT = {
    "client_id": "C-0", "email": "nobody@example.com", "client_type": "company", "company_number": "01234567",
    "relationship": "client", "last_invoice_on": "2026-08-01", "consent_on": "2019-01-01",
    "opted_out_on": "2020-01-01", "last_marketing_on": "2019-06-01", "source": "purchase", "consent_method": "form",
    "consent_wording": "v1", "consent_ref": "form 1", "details_context": "sale", "refusal_offered": "yes",
    "similar_services_only": "yes",
}  # fmt: skip
PROVED = {"consent_on": "2024-01-05", "consent_method": "form", "consent_wording": "v1", "consent_ref": "form 17"}
COMPLETE = {
    "details_context": "sale", "refusal_offered": "yes", "similar_services_only": "yes", "source": "purchase",
}  # fmt: skip
# A former client whose record went in the quarter, on paper as it should.
GONE = {
    "relationship": "former_client", "ended_on": "2020-06-30", "last_invoice_on": "2020-06-30",
    "disposal_status": "deleted", "disposed_on": "2026-07-01", "disposal_method": "shredded", "disposal_ref": "log",
    "records_held": "invoice", "last_marketing_on": "2020-01-01",
}  # fmt: skip
# A supplier in the UK with a contract whose terms were read.
CHECKED_IN_THE_UK = SUPPLIER | {
    "legal_name": "A Ltd", "service": "Printing", "country": "UK", "role": "processor",
    "art28_checked_on": "2026-01-20", "art28_missing": "none",
}  # fmt: skip
WAIVER = """
[[waiver]]
finding = "{}"
reason = "The new contract is with the solicitor."
approved_by = "the director"
start = 2026-07-01
expires = 2026-12-31
"""
