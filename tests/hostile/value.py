"""Cells that hold what no column of theirs can hold."""

from case import HEAD, Case, clients

END = ((2, "ended_on"),)


def ended(text: str, day: str | None = None) -> dict[str, object]:
    """Return content and ending of one row whose end date is this text: a day, or unread."""
    content = clients(f"C-1,Ada,former client,{text}")
    known = {"values": {(2, "ended_on"): day}} if day else {"unread": END}
    return {"content": content, "accepted": 1, **known}


CASES = [
    Case("an ISO date", **ended("2020-02-29", "2020-02-29")),
    Case("a date by the order of the mapping", **ended("03/04/2015", "2015-04-03")),
    Case("31 February", **ended("31/02/2023")),
    Case("29 February of no leap year", **ended("2023-02-29")),
    Case("the thirteenth month", **ended("2023-13-01")),
    Case("day zero", **ended("00/00/0000")),
    Case("a year of two digits", **ended("01/02/69")),
    Case("a year alone", **ended("2015")),
    Case("a month alone", **ended("May")),
    Case("a month and year", **ended("Apr-24")),
    Case("a serial number", **ended("45292")),
    Case("a date of eight digits", **ended("20240101")),
    Case("seconds since 1970", **ended("1704067200")),
    Case("the word today", **ended("today")),
    Case("the word now", **ended("now")),
    Case("to be confirmed", **ended("TBC")),
    Case("not applicable", **ended("N/A")),
    Case("the word None", **ended("None")),
    Case("the word ongoing", **ended("ongoing")),
    Case("the year 1", **ended("0001-01-01")),
    Case("Excel's first day", **ended("01/01/1900")),
    Case("the first day of Unix", **ended("1970-01-01")),
    Case("the year 2150", **ended("2150-01-01")),
    Case("an error value as text", **ended("#REF!")),
    Case("a formula as text", **ended("=TODAY()")),
    Case("two dates", **ended("2020-01-01 / 2021-01-01")),
    Case("an approximate date", **ended("c. 2020")),
    Case("a time with a zone, the next day in London", **ended("2024-06-30T23:30:00Z", "2024-07-01")),
    Case("a time in the hour that London leaves out", **ended("2024-03-31 01:30", "2024-03-31")),
    Case("a time that does not exist", **ended("2024-03-31 25:30")),
    Case("no end is set", clients("C-1,Ada,client,31/12/9999"), 1, "no end is set", values={(2, "ended_on"): None}),
    Case(
        "month first in a column of day first",
        clients("C-1,Ada,former,12/25/2015", "C-2,Bea,former,03/04/2015", "C-3,Cleo,former,2016-01-02"),
        3,
        "month first",
        unread=((2, "ended_on"), (3, "ended_on")),
        values={(4, "ended_on"): "2016-01-02"},
    ),
    Case("a year-first date in a column of day first", **ended("2015/04/03")),
    Case(
        "an end before the start",
        clients("C-1,Ada,former,2015-01-01,2016-01-01", head=f"{HEAD},first_contact_on"),
        1,
        "lies before",
        unread=END,
    ),
    Case(
        "a number with leading zeros",
        clients("00123,Ada,client,", "123,Bea,client,"),
        2,
        values={(2, "client_id"): "00123", (3, "client_id"): "123"},
    ),
    Case(
        "a number of sixteen digits",
        clients("9007199254740993,Ada,client,"),
        1,
        values={(2, "client_id"): "9007199254740993"},
    ),
    Case("a number that a spreadsheet rounded", clients("1.20001E+13,Ada,client,"), 0, "rounded", rejected=(2,)),
    Case("a number with a letter E", clients("1E5,Ada,client,"), 1, values={(2, "client_id"): "1E5"}),
    Case(
        "a client called None", clients("None,None,client,"), 1, values={(2, "client_id"): "None", (2, "name"): "None"}
    ),
    Case("a client called NA", clients("NA,NA,client,"), 1, values={(2, "client_id"): "NA"}),
    Case("a client called Null", clients("nan,Null,client,"), 1, values={(2, "client_id"): "nan", (2, "name"): "Null"}),
    Case("a client called TRUE", clients("TRUE,True,client,"), 1, values={(2, "client_id"): "TRUE"}),
    Case("a relationship nobody knows", clients("C-1,Ada,pal,"), 1, "none of the words", unread=((2, "relationship"),)),
    Case(
        "neither yes nor no",
        clients("C-1,maybe", "C-2,yes", "C-3,", head="client_id,restricted"),
        3,
        unread=((2, "restricted"),),
        values={(3, "restricted"): True},
    ),
    Case(
        "two addresses in a cell",
        clients("C-1,a@example.com; b@example.com", head="client_id,email"),
        1,
        unread=((2, "email"),),
    ),
    Case(
        "an address in capitals",
        clients("C-1, Ada@EXAMPLE.com ", head="client_id,email"),
        1,
        values={(2, "email"): "ada@example.com"},
    ),
    Case(
        "Namibia",
        b"legal_name,service,country\nA Ltd,Post,NA\n",
        1,
        values={(2, "country"): "NA"},
        file="suppliers.csv",
    ),
    Case(
        "a group of countries",
        b"legal_name,service,country\nA Ltd,Post,EU\nB Ltd,Post,Global\n",
        2,
        "no single country",
        unread=((2, "country"), (3, "country")),
        file="suppliers.csv",
    ),
    Case(
        "a country that ended",
        b"legal_name,service,country\nA Ltd,Post,USSR\n",
        1,
        "1991",
        unread=((2, "country"),),
        file="suppliers.csv",
    ),
    Case(
        "two countries",
        b"legal_name,service,country\nA Ltd,Post,Ireland / US\n",
        1,
        unread=((2, "country"),),
        file="suppliers.csv",
    ),
    Case(
        "a contact without an address",
        b"email,channel,status\n,email,subscribed\nada@example.com,email,subscribed\n",
        1,
        rejected=(2,),
        file="contacts.csv",
    ),
    Case(
        "a contact whose address is none",
        b"email,channel,status\nnot known,email,subscribed\n",
        0,
        "no e-mail address",
        rejected=(2,),
        file="contacts.csv",
    ),
    Case("a name of 40,000 characters", clients(f"C-1,{'x' * 40_000},client,"), 1),
]
