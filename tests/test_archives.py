"""Archives of exports: read as they come, within limits, and refused in words where they are not safe to open."""

import io
import struct
import time
import zipfile
from pathlib import Path

import pytest
from privacy_audit.audit.inputs import read_inputs, read_settings
from privacy_audit.errors import InputError
from privacy_audit.files import zipped
from privacy_audit.registers.folder import read_file
from privacy_audit.reports.desk.reveal import original, reading_of
from privacy_audit.request import ROOT
from support.bench import make_firm, request

*_, SCHEMAS, EXPORTS, COUNTRIES = read_settings(ROOT / "data")
HERE = Path(__file__).parent / "exports"
AUDIENCE = [f"{each}_email_audience_export_0001.csv" for each in ("subscribed", "unsubscribed", "cleaned")]
OTHERS = "nonsubscribed_email_audience_export_0001.csv"
HEAD = "client_id,name\n"


def packed(path, members):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in members:
            file.writestr(name, content)
    return path


def audience(names):
    return [(name, (HERE / name).read_bytes()) for name in names]


def read(path):
    return read_file(path, SCHEMAS, EXPORTS.values(), COUNTRIES)


@pytest.mark.parametrize("names", [AUDIENCE, [*AUDIENCE, OTHERS]])
@pytest.mark.parametrize("within", ["", "audience_export/"])
def test_mailchimps_archive_is_read_as_it_comes(names, within, tmp_path):
    """Three or four files, the status of each in its name, whatever the archive or a folder in it is called."""
    path = packed(tmp_path / "Audience export (1).zip", [(within + name, each) for name, each in audience(names)])
    readings, left = read(path)
    assert not left
    assert [each.receipt.file for each in readings] == [f"Audience export (1).zip/{within}{name}" for name in names]
    told = {row.values["email"]: row.values["status"] for each in readings for row in each.rows}
    assert told["dev@example.com"] == "unsubscribed"
    assert told["ada.reid@example.com"] == "subscribed"
    assert told["eve@example.com"] == "cleaned"


@pytest.mark.parametrize("without", ["subscribed", "unsubscribed"])
def test_an_archive_that_lacks_a_part_of_the_audience_is_not_the_whole_of_it(without, tmp_path):
    """As with loose files: those who are mailed, or those who opted out, are missing."""
    firm = make_firm(tmp_path / "firm")
    folder = firm / "registers" / "2026-Q3"
    folder.mkdir(parents=True)
    packed(folder / "audience.zip", audience([each for each in AUDIENCE if not each.startswith(without)]))
    contacts = read_inputs(request(firm, "2026-Q3")).registers["contacts"]
    assert contacts.incomplete[0] == f"the mailchimp file whose name starts “{without}” is missing"


def test_an_archive_and_loose_files_of_one_audience_make_one_list(tmp_path):
    """The same rows in both are records with two sources, and no part is missing."""
    firm = make_firm(tmp_path / "firm")
    folder = firm / "registers" / "2026-Q3"
    folder.mkdir(parents=True)
    packed(folder / "audience.zip", audience(AUDIENCE))
    (folder / AUDIENCE[0]).write_bytes((HERE / AUDIENCE[0]).read_bytes())
    contacts = read_inputs(request(firm, "2026-Q3")).registers["contacts"]
    assert not contacts.incomplete
    assert contacts.table.num_rows == 5
    assert {len(each) for each in contacts.also.values()} == {1}
    assert len(contacts.also) == 3


def test_what_is_no_table_in_an_archive_is_left_out_and_told(tmp_path):
    """A note beside the tables changes nothing; what a computer puts in by itself is not even told."""
    members = [("readme.pdf", b"%PDF-1.7"), ("__MACOSX/._clients.csv", b"x"), ("clients.csv", f"{HEAD}1,Ada\n")]
    (reading,), left = read(packed(tmp_path / "a.zip", members))
    assert not left
    assert "“readme.pdf” was left out: It is no table." in [each.what for each in reading.receipt.repairs]
    assert "MACOSX" not in str(reading.receipt.as_dict())


def test_a_table_in_an_archive_that_cannot_be_read_leaves_the_others(tmp_path):
    """It is refused by its own name, and holds up the registers that it might belong to."""
    members = [("clients.csv", f"{HEAD}1,Ada\n"), ("contacts.csv", b""), ("odd.csv", "colour,shape\nred,round\n")]
    readings, left = read(packed(tmp_path / "a.zip", members))
    assert [each.receipt.register for each in readings] == ["clients"]
    assert [str(each.place) for each in left] == ["a.zip/contacts.csv"]


def bomb(path):
    return packed(path, [("clients.csv", HEAD + "0" * 60_000_000)])


def liar(path):
    """An archive whose directory says that its one file is small."""
    content = bytearray(bomb(path).read_bytes())
    at = content.rindex(b"PK\x01\x02")
    content[at + 24 : at + 28] = struct.pack("<L", 40)
    path.write_bytes(content)
    return path


def locked(path):
    content = bytearray(packed(path, [("clients.csv", f"{HEAD}1,Ada\n")]).read_bytes())
    content[content.index(b"PK\x03\x04") + 6] |= 1
    content[content.rindex(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(content)
    return path


def nested(path):
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as file:
        file.writestr("clients.csv", f"{HEAD}1,Ada\n")
    return packed(path, [("clients.zip", inner.getvalue())])


def cut(path):
    content = packed(path, [("clients.csv", f"{HEAD}1,Ada\n")]).read_bytes()
    path.write_bytes(content[: len(content) // 2])
    return path


def many(path):
    return packed(path, [(f"clients{number}.csv", f"{HEAD}{number},Ada\n") for number in range(51)])


def twice(path):
    return packed(path, [("a/clients.csv", f"{HEAD}1,Ada\n"), ("b/clients.csv", f"{HEAD}2,Bea\n")])


def nothing(path):
    return packed(path, [])


def no_archive(path):
    path.write_text("client_id,name\n1,Ada\n", encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("hostile", "why"),
    [
        (bomb, "packed more tightly"),
        (liar, "damaged"),
        (locked, "password"),
        (nested, "An archive lies in the archive"),
        (cut, "damaged"),
        (many, "more than 50 files"),
        (twice, "one name"),
        (nothing, "empty"),
        (no_archive, "damaged"),
    ],
)
def test_an_archive_that_is_not_safe_to_open_is_refused_in_words_and_at_once(hostile, why, tmp_path):
    """Nothing is unpacked to the disk, nothing deeper than once, and nothing beyond what the archive announces."""
    path = hostile(tmp_path / "a.zip")
    before = time.perf_counter()
    with pytest.raises(InputError, match=why) as told:
        read(path)
    assert time.perf_counter() - before < 5
    assert "Hint:" in str(told.value)
    assert "Ada" not in str(told.value)
    assert [each.name for each in tmp_path.iterdir()] == ["a.zip"]


def test_all_of_an_archive_together_may_not_unpack_to_more_than_the_limit(tmp_path, monkeypatch):
    """However little each of its files is."""
    monkeypatch.setattr(zipped, "MOST_INFLATED", 40)
    path = packed(tmp_path / "a.zip", [(f"clients{number}.csv", f"{HEAD}{number},Ada\n") for number in range(3)])
    with pytest.raises(InputError, match="unpacks to more than"):
        read(path)


def test_a_name_that_climbs_out_of_the_archive_climbs_nowhere(tmp_path):
    """Files are opened in memory, so that a path in a name is a name."""
    (reading,), _ = read(packed(tmp_path / "a.zip", [("../../clients.csv", f"{HEAD}1,Ada\n")]))
    assert reading.receipt.accepted == 1
    assert [each.name for each in tmp_path.iterdir()] == ["a.zip"]


def test_a_row_in_an_archive_can_be_looked_at_as_it_stands(tmp_path):
    """Under the titles of its register, or the file's own headers where a field is made from several columns."""
    firm = make_firm(tmp_path / "firm")
    asked = request(firm, "2026-Q3")
    asked.registers.mkdir(parents=True)
    packed(asked.registers / "crm.zip", [("people.csv", (HERE / "people.csv").read_bytes())])
    inputs = read_inputs(asked)
    register = inputs.registers["contacts"]
    reading = reading_of(inputs.folder, register.origins[1])
    told = dict(original(asked.registers, reading, SCHEMAS, register.origins[1].row).cells)
    assert told["Status"] == "Subscribed"
    assert told["Person - Email - Home"] == "ada.home@example.com"
