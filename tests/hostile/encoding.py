"""Bytes that are not the letters they were."""

import codecs

from case import ADA, HEAD, Case, clients

ZOE = "C-1,Zoë Brontë £5,client,"
NAME = {(2, "name"): "Zoë Brontë £5"}

CASES = [
    Case("UTF-8", clients(ZOE), 1, values=NAME),
    Case("UTF-8 with a mark", codecs.BOM_UTF8 + clients(ZOE), 1, values=NAME),
    Case("UTF-8 with two marks", codecs.BOM_UTF8 * 2 + clients(ZOE), 1, values=NAME),
    Case("UTF-16 little end first", clients(ZOE, encoding="utf-16"), 1, values=NAME),
    Case("UTF-16 big end first", codecs.BOM_UTF16_BE + clients(ZOE, encoding="utf-16-be"), 1, values=NAME),
    Case("UTF-16 without a mark", clients(ZOE, encoding="utf-16-le"), 1, "UTF-16", values=NAME),
    Case("UTF-16 big end first without a mark", clients(ZOE, encoding="utf-16-be"), 1, "UTF-16", values=NAME),
    Case("UTF-16 cut off within a character", clients(ZOE, encoding="utf-16")[:-1], None, "row 2"),
    Case("UTF-32", clients(ZOE, encoding="utf-32"), 1, values=NAME),
    Case("Windows-1252", clients(ZOE, encoding="cp1252"), 1, "Windows-1252", values=NAME),
    Case("a byte that Windows-1252 has not", clients("C-1,Zo\x81,client,", encoding="latin-1"), None, "row 2"),
    Case("one damaged character among good ones", clients(ZOE) + b"C-2,Zo\xeb,client,\n", 2, "damaged", values=NAME),
    Case("a damaged character in a number", clients(ZOE) + b"C-\xeb,Bea,client,\n", 1, "damaged", rejected=(3,)),
    Case(
        "a damaged character in a date", clients(ZOE) + b"C-2,Bea,former,2020-01-0\xeb\n", 2, unread=((3, "ended_on"),)
    ),
    Case("a character cut in two at the end", clients(ZOE) + "C-2,Zoë".encode()[:-1], 1, rejected=(3,)),
    Case("a lost character in a number", clients("C-\ufffd,Ada,client,"), 0, "lost", rejected=(2,)),
    Case("encoded twice", clients(ZOE.encode().decode("cp1252")), 1, "encoded twice"),
    Case("a NUL in a number", clients("C-\x001,Ada,client,", ADA), 1, "NUL", rejected=(2,)),
    Case("a NUL in a date", clients("C-1,Ada,former,2020-01-01\x00"), 1, "NUL", unread=((2, "ended_on"),)),
    Case("NULs throughout", b"\x00" * 400, None, "neither text nor a workbook"),
    Case("NULs at the end of a file", clients(ADA) + b"\x00" * 40, 1, rejected=(3,)),
    Case(
        "a mark in the middle",
        clients(ADA) + codecs.BOM_UTF8 + b"C-2,Bea,client,\n",
        2,
        values={(3, "client_id"): "C-2"},
    ),
    Case(
        "an accent as a character of its own",
        clients("C-1,Zoe\u0308,client,"),
        1,
        "Accents",
        values={(2, "name"): "Zoë"},
    ),
    Case(
        "spaces that do not break",
        clients("\u00a0C-1\u00a0,Ada,client,"),
        1,
        "Spaces",
        values={(2, "client_id"): "C-1"},
    ),
    Case(
        "characters that cannot be seen",
        clients("C-1\u200b,Ada,client,"),
        1,
        "cannot be seen",
        values={(2, "client_id"): "C-1"},
    ),
    Case("letters of other scripts", clients("C-1,李雷 Ёлка عمر,client,"), 1, values={(2, "name"): "李雷 Ёлка عمر"}),
    Case("characters beyond the first plane", clients("C-1,😀𝒜,client,"), 1, values={(2, "name"): "😀𝒜"}),
    Case("a line separator that is no line end", clients("C-1,Ada\u2028Byron\x0b\x0c,client,"), 1),
    Case("a header with an invisible character", clients(ADA, head="\u200b" + HEAD), 1),
    Case("random bytes", bytes(range(256)) * 20, None),
    Case(
        "a header in UTF-8 and rows in Windows-1252",
        clients("C-1,Zo\xeb,client,", encoding="latin-1"),
        1,
        "Windows-1252",
    ),
    Case("UTF-7", b"+ACIAYwBsAGkAZQBuAHQ-\n", None, "No mapping"),
]
