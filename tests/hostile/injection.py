"""Cells that want to be a formula, a script, a command or a picture of something else."""

from case import ADA, Case, clients

FORMULAS = [
    "=1+1", '=HYPERLINK(""http://x.example.com"",""y"")', "+1+1", "-1+1", "@SUM(A1)", "=cmd|' /C calc'!A0", "＝1+1", "＋1", "－1", "＠x",
    "|x", "%0A=1", "=IMPORTXML(A1)",
]  # fmt: skip
MARKUP = [
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", '""><svg onload=alert(1)>', "{{7*7}}", "{% x %}", "${7*7}", "[x](javascript:alert(1))",
    "![x](http://x.example.com/x.png)", "$\\frac{1}$", "$x_{$", "&lt;b&gt;", "]]>", "<!--", "#panic(1)", "%s%n", "../../etc/passwd",
]  # fmt: skip


def read_as_text(what: str, text: str) -> Case:
    """Return the case of a name that must come out as it stands."""
    return Case(f"{what}: {text}", clients(f'C-1,"{text}",client,'), 1, values={(2, "name"): text.replace('""', '"')})


CASES = [
    *(read_as_text("a formula", each) for each in FORMULAS),
    *(read_as_text("markup", each) for each in MARKUP),
    Case(
        "an escape sequence",
        clients("C-1,\x1b[31mAda\x1b]0;x\x07,client,"),
        1,
        "cannot be seen",
        values={(2, "name"): "[31mAda]0;x"},
    ),
    Case(
        "a command of eight bits",
        clients("C-1,\x9b31mAda,client,"),
        1,
        "cannot be seen",
        values={(2, "name"): "31mAda"},
    ),
    Case("a direction override", clients("C-1,\u202eadA,client,"), 1, "cannot be seen", values={(2, "name"): "adA"}),
    Case(
        "a bell and a backspace in a number",
        clients("C-\x07\x081,Ada,client,"),
        1,
        "cannot be seen",
        values={(2, "client_id"): "C-1"},
    ),
    Case("a tab before a formula", clients('C-1,"\t=1+1",client,'), 1, values={(2, "name"): "=1+1"}),
    Case("a line end before a formula", clients('C-1,"\r\n=1+1",client,'), 1, values={(2, "name"): "=1+1"}),
    Case("a formula for a number", clients("=1+1,Ada,client,"), 1, values={(2, "client_id"): "=1+1"}),
    Case("a formula for a relationship", clients("C-1,Ada,=1+1,"), 1, unread=((2, "relationship"),)),
    Case("a noncharacter", clients("C-1,Ada\ufffe\uffff,client,"), 1, values={(2, "name"): "Ada"}),
    Case(
        "a header that is a script",
        clients("C-1,Ada,client,,x", head="client_id,name,relationship,ended_on,<script>alert(1)</script>"),
        1,
        "<script>",
    ),
    Case("a file name with an escape sequence", clients(ADA), 1, r"\u001b", file="clients\x1b[31m.csv"),
    Case("a file name with a direction override", clients(ADA), 1, r"\u202e", file="clients\u202evsc.csv"),
    Case("a file name that is a formula", clients(ADA), 1, file="=clients.csv"),
]
