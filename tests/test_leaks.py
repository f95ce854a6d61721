"""No output shows a personal value of the registers; whatever tries to is stopped before it is published."""

import base64
import io
import json
import random
import struct
import time
import zipfile
import zlib
from dataclasses import replace

import matplotlib as mpl
import pyarrow as pa
import pytest
from matplotlib.figure import Figure
from privacy_audit import notebook
from privacy_audit.audit import editions
from privacy_audit.audit.run import audit
from privacy_audit.errors import PublishError
from privacy_audit.registers.register import Register
from privacy_audit.request import ROOT
from privacy_audit.runs.leakscan import ADDRESS, CLOSED, Needles, leaks, search
from privacy_audit.settings.schema import load_schemas
from support import seeded
from support.unpacked import unpacked

SCHEMAS = load_schemas(ROOT / "data" / "schema")
PEOPLE = [
    ("Zebedee Quillfeather", "zebedee.quill@post.example.co.uk", "07700 900123"),
    ("Anaïs d\u2019Aubigné", "a.daubigne@example.com", "+44 (0)7700 900456"),
    ("Art", "art@example.com", ""),
]


def register(name, /, **columns):
    """A register of these columns; the others are blank."""
    schema = SCHEMAS[name]
    rows = max(len(values) for values in columns.values())
    arrays = {each.name: pa.array(columns.get(each.name, [None] * rows), each.arrow) for each in schema.fields}
    return Register(schema, pa.table(arrays), ())


@pytest.fixture(scope="module")
def people():
    """A client list of a few people."""
    names, emails, phones = (list(each) for each in zip(*PEOPLE, strict=True))
    numbers = ["C-1001", "C-1002", "C-1003"]
    notes = ["asked for large print and a quiet room, and to be rung in the evening after seven", None, None]
    return {"clients": register("clients", client_id=numbers, name=names, email=emails, phone=phones, notes=notes)}


def kinds(content, people, name="audit.html"):
    return sorted(each.kind.partition("”")[0].lstrip("“") for each in leaks({name: content}, people))


def png(*chunks):
    """A picture of one point with further chunks."""
    parts = [(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)), *chunks]
    parts += [(b"IDAT", zlib.compress(b"\0\0")), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in parts
    )


def packed(**members):
    """A zip file of these members."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, text in members.items():
            archive.writestr(name, text)
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"<p>Zebedee Quillfeather</p>", ["Name"]),
        (b"<p>ZEBEDEE\n   QUILLFEATHER</p>", ["Name"]),
        (b"<p>Quillfeather alone, and Zebedee alone</p>", []),
        ("<p>Ana\u00efs d&#8217;Aubign&eacute;</p>".encode(), ["Name"]),
        ("<p>Anai\u0308s d\u2019Aubigne\u0301</p>".encode(), ["Name"]),
        ("<p>Zebe\u00addee Quill\u200bfeather</p>".encode(), ["Name"]),
        (b"<p>Art 5(1)(e)</p>", []),
        (b"<!-- zebedee.quill@post.example.co.uk -->", ["E-mail address"]),
        (b'<a href="mailto:zebedee.quill%40post.example.co.uk">', ["E-mail address"]),
        (b"<p>07700900123</p>", ["Telephone"]),
        (b"<p>+44 7700 900 123</p>", ["Telephone"]),
        (b"<p>(07700) 900-123</p>", ["Telephone"]),
        (b"<p>Rows 07700 and 900123</p>", []),
        (b"<p>asked for large print and a quiet room, the rest left out</p>", ["Notes"]),
        (b"<p>C-1001</p>", []),
        (
            b'<img src="data:image/png;base64,%s">' % base64.b64encode(png((b"tEXt", b"Author\0Zebedee Quillfeather"))),
            ["Name"],
        ),
        (
            b'<img src="data:image/svg+xml;base64,%s">' % base64.b64encode(b"<svg><!-- Zebedee Quillfeather --></svg>"),
            ["Name"],
        ),
        (png((b"zTXt", b"Author\0\0" + zlib.compress(b"Zebedee Quillfeather"))), ["Name"]),
        (png((b"iTXt", b"Title\0\0\0en\0\0" + "Anaïs d\u2019Aubigné".encode())), ["Name"]),
        (packed(**{"xl/comments1.xml": "<t>Zebedee</t> <t>Quillfeather</t>"}), ["Name"]),
        (packed(**{"docProps/core.xml": "<dc:creator>Zebedee Quillfeather</dc:creator>"}), ["Name"]),
        (packed(**{"zebedee_quillfeather.csv": ""}), ["Name"]),
        ("Zebedee Quillfeather".encode("utf-16"), ["Name"]),
        (b"", []),
    ],
)
def test_a_value_is_found_however_it_is_written_and_packed(content, expected, people):
    """Case, spaces, Unicode form, entities, comments, pictures, workbooks, encodings: all are looked through."""
    assert kinds(content, people) == expected


def test_a_notebook_is_looked_through_in_its_outputs_metadata_and_pictures(people):
    """Lines that one output is split into are read as one; a picture's hidden text is read too."""
    cell = {"cell_type": "code", "metadata": {}, "outputs": [{"data": {"text/plain": ["Zebedee\n", "Quillfeather"]}}]}
    assert kinds(json.dumps({"cells": [cell]}).encode(), people, "audit.ipynb") == ["Name"]
    picture = base64.b64encode(png((b"tEXt", b"Author\0Zebedee Quillfeather"))).decode()
    cell["outputs"] = [{"data": {"image/png": picture}}]
    assert kinds(json.dumps({"cells": [cell]}).encode(), people, "audit.ipynb") == ["Name"]
    cell["outputs"], cell["metadata"] = [], {"papermill": {"input_path": "zebedee.quillfeather/audit.ipynb"}}
    assert kinds(json.dumps({"cells": [cell]}).encode(), people, "audit.ipynb") == ["Name"]


@pytest.mark.parametrize("where", ["page", "title", "words for a picture"])
def test_a_pdf_is_looked_through_on_its_pages_and_beside_them(where, people):
    """Text in fonts of which a part is packed in, the title, and texts in UTF-16 such as a picture's words."""
    figure = Figure()
    figure.text(0.1, 0.5, "Zebedee Quillfeather" if where == "page" else "nobody")
    out = io.BytesIO()
    title = {"Title": "Zebedee Quillfeather" if where == "title" else "report", "CreationDate": None}
    with mpl.rc_context({"pdf.fonttype": 42}):
        figure.savefig(out, format="pdf", metadata=title)
    content = out.getvalue()
    if where == "words for a picture":
        words = "Zebedee Quillfeather".encode("utf-16-be").hex().encode()
        content += b"\n9 0 obj << /Alt <feff" + words + b"> >> endobj\n"
    else:
        assert b"Zebedee" not in content or where == "title"
    assert kinds(content, people, "audit.pdf") == ["Name"]
    assert kinds(b"%PDF-1.7 damaged", people, "audit.pdf") != []


def test_the_name_of_a_file_counts_and_what_cannot_be_opened_is_a_leak(people):
    """Nobody can tell what an encrypted or damaged workbook shows."""
    assert [each.artefact for each in leaks({"Zebedee Quillfeather.log": b""}, people)] == ["Zebedee Quillfeather.log"]
    for content in (b"\xd0\xcf\x11\xe0rest", b"PK\x03\x04 and no more"):
        (leak,) = leaks({"audit.xlsx": content}, people)
        assert leak.kind == CLOSED


def test_a_clients_number_may_stand_in_the_firms_own_edition_and_in_no_other(people):
    """Whoever has the client list knows who C-1001 is; an account of the ledger is the accountant's own."""
    content = packed(**{"xl/sharedStrings.xml": "<t>C-1001</t>"})
    assert not leaks({"audit.xlsx": content}, people)
    for name in ("accountant.xlsx", "insurer.xlsx"):
        assert len(leaks({name: content}, people)) == 1
    shown = {"accountant.xlsx": ["C-1001"]}
    assert not leaks({"accountant.xlsx": content}, people, shown=shown)
    assert leaks({"insurer.xlsx": content}, people, shown=shown)


def test_what_the_policy_publishes_a_suppliers_name_and_words_of_our_own_are_no_leak():
    """A client may bear the name of a supplier, of a month, of a word that every report uses, or of the firm itself."""
    names = ["Pelican Post Ltd", "September", "What was found", "Thistledown Bureau"]
    clients = register("clients", client_id=["1", "2", "3", "4"], name=names)
    suppliers = register("processors", legal_name=["Pelican Post Ltd"], service=["mail"])
    content = b"<p>Pelican Post Ltd, 3 September 2026. What was found: Thistledown Bureau</p>"
    assert not leaks({"audit.html": content}, {"clients": clients, "processors": suppliers}, "Thistledown Bureau")
    assert leaks({"audit.html": content}, {"clients": clients, "processors": suppliers})
    assert len(leaks({"audit.html": content}, {"clients": clients}, "Thistledown Bureau")) == 1


def test_a_line_about_a_leak_names_the_artefact_and_the_kind_and_never_the_value(people):
    """Whoever reads the message learns where to look, and nothing about anybody."""
    (leak,) = leaks({"insurer.xlsx": packed(a="Zebedee Quillfeather")}, people)
    assert "insurer.xlsx" in str(leak)
    assert "“Name” of the register “Clients”" in str(leak)
    assert "Zebedee" not in str(leak)
    assert len(str(leak).splitlines()) == 1


def test_what_is_handed_to_the_publishing_process_holds_no_value(people):
    """It finds the same, and neither a name nor an address can be read from it."""
    needles = Needles.of(people)
    handed = json.dumps(needles.plain())
    for value in (word for person in PEOPLE for each in person for word in each.split() if len(word) > 3):
        assert value.casefold() not in handed.casefold()
    artefact = {"audit.ipynb": b'{"cells": ["Zebedee Quillfeather"]}'}
    assert search(artefact, Needles.from_plain(json.loads(handed))) == search(artefact, needles) != []


@pytest.fixture(scope="module", params=[False, True], ids=["clean registers", "spoilt registers"])
def firm(request, tmp_path_factory):
    """An unusual value in every field, audited; spoilt: in fields of dates and fixed words as well."""
    asked, seeds = seeded.write(tmp_path_factory.mktemp("seeded") / "firm", spoilt=request.param)
    return audit(asked), seeds


@pytest.mark.slow
def test_no_seeded_value_stands_in_an_edition_for_others(firm):
    """Of every field of every register: none but the supplier, the service and the proof of a disposal."""
    result, seeds = firm
    made = notebook.outputs(result)
    assert sum(map(len, seeds.values())) > 150
    for name in ("accountant.xlsx", "insurer.xlsx"):
        text = unpacked(made[name])
        found = {place for place, values in seeds.items() for each in values if each.casefold() in text}
        assert found <= seeded.SHOWN, name


@pytest.mark.slow
def test_no_seeded_personal_value_stands_in_any_output(firm):
    """The firm's own edition shows client numbers and suppliers, and no name, address or note."""
    result, seeds = firm
    personal = {
        (name, each["name"]) for name, fields in seeded.FIELDS.items() for each in fields if each.get("personal")
    }
    for name, content in notebook.outputs(result).items():
        text = unpacked(content)
        found = {place for place, values in seeds.items() for each in values if each.casefold() in text}
        assert not found & personal, name
    assert not leaks(notebook.outputs(result), result.inputs.registers, result.inputs.policy.text)


@pytest.mark.slow
@pytest.mark.parametrize("field", ["name", "email", "phone", "notes", "consent_ref"])
def test_an_edition_that_leaks_is_caught_and_nothing_is_written(field, tmp_path, monkeypatch):
    """One field let through by mistake stops the run, in one line without the value."""
    asked, seeds = seeded.write(tmp_path / "firm", spoilt=False)
    made = editions.View._of_clients  # noqa: SLF001 - the mistake is made where the tokens are

    def leaking(view, clients):
        values = clients.table.column(field).to_pylist()
        return [{**each, "token": value} for each, value in zip(made(view, clients), values, strict=True)]

    monkeypatch.setattr(editions.View, "_of_clients", leaking)
    reports = tmp_path / "reports"
    monkeypatch.setenv("PRIVACY_AUDIT_REPORTS", str(reports))
    with pytest.raises(PublishError, match=r"accountant\.xlsx would show a value of “") as stopped:
        notebook.finish(audit(asked), {})
    assert not any(each.casefold() in str(stopped.value).casefold() for each in seeds["clients", field])
    assert not list(reports.glob("20*"))
    assert {each.name for each in reports.rglob("*") if each.is_file()} <= {".lock", ".gitignore"}


def test_the_example_is_looked_through_and_nothing_is_found(example):
    """No false alarm on a believable firm."""
    assert search(notebook.outputs(example), notebook.watch(example)) == []


@pytest.mark.slow
def test_thousands_of_values_in_some_megabytes_take_a_second():
    """5,000 people in 4 MB of text: the scan is no reason to leave it out."""
    chance = random.Random(6)
    letters = "abcdefghijklmnopqrstuvwxyz"

    def word():
        return "".join(chance.choices(letters, k=chance.randint(4, 9)))

    names = [f"{word()} {word()}" for _ in range(5000)]
    emails = [f"{word()}.{word()}@{word()}.example.com" for _ in range(5000)]
    clients = register("clients", client_id=[str(n) for n in range(5000)], name=names, email=emails)
    vocabulary = [word() for _ in range(4000)]
    text = " ".join(chance.choices(vocabulary, k=570_000))
    content = json.dumps({"cells": [text[at : at + 2000] for at in range(0, len(text), 2000)]}).encode()
    assert len(content) > 4_000_000
    began = time.process_time()
    needles = Needles.of({"clients": clients})
    assert search({"audit.ipynb": content}, needles) == []
    assert time.process_time() - began < 1.5
    assert search({"audit.ipynb": content[:-3] + f"; {emails[4321]}".encode() + content[-3:]}, needles)


def test_a_field_that_is_personal_tomorrow_is_looked_for_at_once():
    """What is looked for is taken from the schema, and from no list of its own."""
    schema = SCHEMAS["clients"]
    fields = tuple(
        each.model_copy(update={"personal": True}) if each.name == "disposal_ref" else each for each in schema.fields
    )
    clients = register("clients", client_id=["1"], disposal_ref=["Certificate of Zebedee Quillfeather"])
    marked = replace(clients, schema=schema.model_copy(update={"fields": fields}))
    content = {"accountant.xlsx": packed(a="certificate of zebedee quillfeather")}
    assert not leaks(content, {"clients": clients})
    assert leaks(content, {"clients": marked})


def test_an_address_that_the_policy_does_not_publish_is_found_whoever_it_is():
    """In a page, a notebook, JSON with escapes, a workbook's part, a file's name; never shown in the message."""
    address = "jo.bloggs@example.com"
    artefacts = {
        "page.html": f"<p>{address.replace('@', '&#64;')}</p>".encode(),
        "findings.json": json.dumps({"a": [f"line\n{address}"], address: 1}).encode(),
        "audit.ipynb": json.dumps({"cells": [{"outputs": [{"text": ["x\n", f"by {address}\n"]}]}]}).encode(),
        "audit.xlsx": packed(**{"docProps/core.xml": f"<creator>{address}</creator>"}),
        f"{address} 2026.csv": b"",
    }
    found = leaks(artefacts, {})
    assert [(each.artefact, each.kind) for each in found] == [(name, ADDRESS) for name in artefacts]
    assert not leaks(artefacts, {}, public="Write to Jo.Bloggs@example.com.")
    assert address not in "".join(str(each) for each in found[:-1])  # the last is itself a file's name
