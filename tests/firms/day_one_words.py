"""The header rows of the exports and the made-up names of the day-one firm."""

import csv


def words(line: str) -> list[str]:
    """Return the cells of one line of CSV."""
    return next(csv.reader([line]))


# As Xero and Mailchimp write them.
CONTACTS = words(
    "*ContactName,AccountNumber,EmailAddress,FirstName,LastName,POAttentionTo,POAddressLine1,POAddressLine2,"
    "POAddressLine3,POAddressLine4,POCity,PORegion,POPostalCode,POCountry,SAAttentionTo,SAAddressLine1,"
    "SAAddressLine2,SAAddressLine3,SAAddressLine4,SACity,SARegion,SAPostalCode,SACountry,PhoneNumber,FaxNumber,"
    "MobileNumber,DDINumber,SkypeName,BankAccountName,BankAccountNumber,BankAccountParticulars,TaxNumber,"
    "AccountsReceivableTaxCodeName,AccountsPayableTaxCodeName,Website,LegalName,Discount,CompanyNumber,"
    "DueDateBillDay,DueDateBillTerm,DueDateSalesDay,DueDateSalesTerm,SalesAccount,PurchasesAccount,TrackingName1,"
    "SalesTrackingOption1,PurchasesTrackingOption1,TrackingName2,SalesTrackingOption2,PurchasesTrackingOption2,"
    "BrandingTheme,DefaultTaxBills,DefaultTaxSales,Person1FirstName,Person1LastName,Person1Email,"
    "Person1IncludeInEmail,Person2FirstName,Person2LastName,Person2Email,Person2IncludeInEmail,Person3FirstName,"
    "Person3LastName,Person3Email,Person3IncludeInEmail,Person4FirstName,Person4LastName,Person4Email,"
    "Person4IncludeInEmail,Person5FirstName,Person5LastName,Person5Email,Person5IncludeInEmail"
)
INVOICES = words(
    "ContactName,EmailAddress,POAddressLine1,POAddressLine2,POAddressLine3,POAddressLine4,POCity,PORegion,"
    "POPostalCode,POCountry,SAAddressLine1,SAAddressLine2,SAAddressLine3,SAAddressLine4,SACity,SARegion,SAPostalCode,"
    "SACountry,InvoiceNumber,Reference,InvoiceDate,DueDate,Total,TaxTotal,InvoiceAmountPaid,InvoiceAmountDue,"
    "InventoryItemCode,Description,Quantity,UnitAmount,Discount,LineAmount,AccountCode,TaxType,TaxAmount,"
    "TrackingName1,TrackingOption1,TrackingName2,TrackingOption2,Currency,Type,Sent,Status"
)
SUBSCRIBED = words(
    "Name,Email Address,MEMBER_RATING,OPTIN_TIME,OPTIN_IP,CONFIRM_TIME,CONFIRM_IP,GMTOFF,DSTOFF,TIMEZONE,CC,REGION,"
    "LAST_CHANGED,LEID,EUID,NOTES,TAGS"
)
UNSUBSCRIBED = words(
    "Name,Email Address,MEMBER_RATING,OPTIN_TIME,OPTIN_IP,CONFIRM_TIME,CONFIRM_IP,GMTOFF,DSTOFF,TIMEZONE,CC,REGION,"
    "UNSUB_TIME,UNSUB_CAMPAIGN_TITLE,UNSUB_CAMPAIGN_ID,UNSUB_REASON,UNSUB_REASON_OTHER,LEID,EUID,NOTES,TAGS"
)
CLEANED = words(
    "Name,Email Address,MEMBER_RATING,OPTIN_TIME,OPTIN_IP,CONFIRM_TIME,CONFIRM_IP,GMTOFF,DSTOFF,TIMEZONE,CC,REGION,"
    "CLEAN_TIME,CLEAN_CAMPAIGN_TITLE,CLEAN_CAMPAIGN_ID,LEID,EUID,NOTES,TAGS"
)
# What stood in a column's place in Mailchimp's files until about 2018; there was no column of tags.
LEGACY = {
    "Email Address": ["Email Address", "First Name", "Last Name"],
    "CONFIRM_IP": ["CONFIRM_IP", "LATITUDE", "LONGITUDE"],
}

GIVEN = words("Ada,Bea,Cleo,Dev,Eve,Farah,Gil,Hana,Ivo,Jodie,Kofi,Lena,Milo,Nadia,Orla,Piet,Rhys,Suri,Tariq,Una")
SURNAMES = words(
    "Ashdown,Barrowby,Chandry,Dunmore,Eastlake,Fennick,Garside,Hollin,Ingleby,Jessop,Kestle,Larkin,Merrow,Norrick,"
    "Oakhill,Pendry,Quayle,Rushby,Selwick,Thornby"
)
COMPANIES = [
    f"{name} {kind} Ltd"
    for name, kind in zip(
        words(
            "Alder,Bramble,Copperfield,Dovecote,Elmstead,Foxglove,Greyfriars,Harbourside,Ivybridge,Juniper,Kingfisher,"
            "Larkspur,Millstone,Nightingale,Orchard,Pebblebrook,Quarrybank,Rookwood,Sandpiper,Tollgate,Underhill,"
            "Vineyard,Willowbank,Yewtree,Zinnia,Ashgrove,Beacon,Cobblers,Driftwood,Embers,Fernside,Gantry,Hawthorn,"
            "Inkwell,Jackdaw"
        ),
        words("Bakery,Joinery,Design,Cycles,Dental Care,Garden Centre,Motors") * 5,
        strict=True,
    )
]
SUPPLIER_CONTACTS = words(
    "Northgate Paper Supplies Ltd,Pennine Water Coolers,Brightside Office Cleaning,Castle Couriers Ltd,"
    "Fieldway Telecom Ltd,Old Mill Landlords,Redbrick Print Works,Summit Insurance Brokers,Tilbury Toner Ltd,"
    "Upland IT Support Ltd,Wharf Stationers,Yardley Shredding Ltd,Zenith Web Hosting,Parish Hall Trust"
)
TOWNS = ("Leeds", "Norwich", "Exeter", "Stirling", "Swansea", "Derry", "Lincoln", "Kendal")
WORK = ("Monthly support", "Half day on site", "New laptop set up", "Website changes", "Training", "Licence renewal")
