"""Handing on: an encrypted copy of a workbook, and the look-up of tokens that the firm may give beside it.

A password comes from a prompt or from the environment, never from a command line, which others on the machine can read,
and never from a notebook's parameter, which stays in the notebook.
"""

import io
import os
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from privacy_audit import verify
from privacy_audit.dates import long_date, parse_iso
from privacy_audit.errors import UsageError, printable
from privacy_audit.request import ROOT, Request
from privacy_audit.runs.publish import PRIVATE_FILE
from privacy_audit.verify import LATEST, MANIFEST, SIGNERS, places

if TYPE_CHECKING:
    from privacy_audit.audit.inputs import Inputs

PASSWORD, SHORTEST = "PRIVACY_AUDIT_PASSWORD", 8
WORKBOOK = b"PK\x03\x04"


def encrypted(workbook: bytes, password: str) -> bytes:
    """Return a workbook encrypted as Excel and LibreOffice do it; raise UsageError for a zip that is no workbook.

    It decrypts to the very same bytes. The encryption is salted, so that two copies differ: the manifest's hash is that
    of the decrypted file.
    """
    from msoffcrypto.exceptions import FileFormatError  # noqa: PLC0415 - only handing on needs it
    from msoffcrypto.format.ooxml import OOXMLFile  # noqa: PLC0415

    out = io.BytesIO()
    try:
        OOXMLFile(io.BytesIO(workbook)).encrypt(password, out)
    except FileFormatError:
        raise UsageError("That is no workbook. Hint: name an .xlsx of a run.") from None
    return out.getvalue()


def decrypted(content: bytes, password: str) -> bytes:
    """Return what an encrypted workbook holds; raise UsageError for a wrong password."""
    import msoffcrypto  # noqa: PLC0415 - only handing on needs it
    from msoffcrypto.exceptions import DecryptionError, InvalidKeyError  # noqa: PLC0415

    out = io.BytesIO()
    try:
        file = msoffcrypto.OfficeFile(io.BytesIO(content))
        file.load_key(password=password, verify_password=True)
        file.decrypt(out)
    except (DecryptionError, InvalidKeyError):
        raise UsageError("That is not the password of this file.") from None
    return out.getvalue()


def ask_password() -> str:
    """Return the password from the environment or a prompt; raise UsageError where there is none, or a short one."""
    password = os.environ.get(PASSWORD) or typer.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
    if len(password) < SHORTEST:
        raise UsageError(f"The password has fewer than {SHORTEST} signs. Hint: take three or four words.")
    return str(password)


def keep(place: Path, content: bytes) -> None:
    """Write a new file that its owner alone may read, or none; raise UsageError where there is one already."""
    try:
        descriptor = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise UsageError(f"{place} is there already. Hint: remove it, or name another.") from None
    except OSError as error:
        raise UsageError(f"{place} cannot be written: {error.strerror}.") from None
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
    except BaseException:
        place.unlink(missing_ok=True)
        raise


def encrypt(
    workbook: Annotated[Path, typer.Argument(help="A workbook of a run, such as accountant.xlsx.")],
    copy: Annotated[Path, typer.Argument(help="The encrypted copy to make.")],
) -> None:
    """Make an encrypted copy of a workbook to hand on; asks for a password, or takes PRIVACY_AUDIT_PASSWORD."""
    try:
        content = workbook.read_bytes()
    except OSError as error:
        hint = f"runs stand in {ROOT / 'reports'}/QUARTER/run-NN/, or where --reports put them."
        raise UsageError(f"{workbook} cannot be read: {error.strerror}. Hint: {hint}") from None
    if not content.startswith(WORKBOOK):
        raise UsageError(f"{workbook} is no workbook. Hint: name an .xlsx of a run.")
    keep(copy, encrypted(content, ask_password()))
    typer.echo(f"{copy} is encrypted. Tell the password by another way than the file.")


def lookup(
    copy: Annotated[Path, typer.Argument(help="The encrypted look-up to make, such as lookup.xlsx.")],
    *,
    firm: Annotated[str, typer.Option(help="The firm's folder; the project's data/ if left out.")] = "",
    quarter: Annotated[str, typer.Option(help="2026-Q3; the example if left out.")] = "",
    registers: Annotated[str, typer.Option(help="The folder with the quarter's exports.")] = "",
) -> None:
    """Make the encrypted look-up of tokens and the clients they stand for; nothing of it is published."""
    from privacy_audit.audit.inputs import read_inputs  # noqa: PLC0415 - only this command reads registers

    places = {"firm": firm, "registers": registers}
    full = {name: str(Path(place).absolute()) if place else "" for name, place in places.items()}
    inputs = read_inputs(Request.of(quarter=quarter, **full))
    password = ask_password()
    keep(copy, encrypted(lookup_xlsx(inputs), password))
    whose = f"{inputs.policy.firm.name}, {inputs.request.quarter}{', fictional registers' * inputs.fictional}"
    typer.echo(printable(f"{copy} is the look-up of {whose}, from {inputs.request.registers}."))
    typer.echo("It is encrypted. Hand it on by itself, and tell the password by another way.")


def lookup_xlsx(inputs: "Inputs") -> bytes:
    """Return the look-up, not yet encrypted: each token with the client's number and name."""
    from privacy_audit.reports.excel.table import SheetLayout, table_sheet  # noqa: PLC0415
    from privacy_audit.reports.excel.writer import Book  # noqa: PLC0415
    from privacy_audit.reports.tables import Table  # noqa: PLC0415

    purpose = "Personal data: which client each token stands for. Keep it apart from the workbook it belongs to."
    columns = [("Client", 14), ("Number", 18), ("Name", 44)]
    book = Book(f"{inputs.policy.firm.name}: look-up", "Personal data", inputs.issued_on)
    table_sheet(book, Table("Look-up", purpose, columns, lookup_rows(inputs)), SheetLayout(freeze="B4"))
    return book.save()


def lookup_rows(inputs: "Inputs") -> list[tuple[str, str, str]]:
    """Return each client's token with the number and name it stands for."""
    from privacy_audit.audit.editions import client_token  # noqa: PLC0415 - only this command reads registers
    from privacy_audit.facts.records import natural_keys  # noqa: PLC0415

    clients = inputs.registers.get("clients")
    if clients is None:
        return []
    names = (name or "" for name in clients.table.column("name").to_pylist())
    pairs = zip(natural_keys(clients), names, strict=True)
    return sorted({(client_token(inputs, key), key, name) for key, name in pairs})


SCRIPT, README, FIRST_DAY = "verify.py", "README.txt", (1980, 1, 1, 0, 0, 0)
TEXT = """\
{title}

This is the audit of {firm} for {quarter}, as at {as_at}, published as {run}.
It is the internal edition: for the firm and its adviser.

To check it, with Python 3.11 or newer and nothing else, offline:

    python {script}
    python {script} --inputs FOLDER     also checks the exports that were audited
    python {script} --results HASH      also checks the results hash that you were told

Results hash: {results}
{signed}

What the check proves: every file is, bit for bit, the one that was published; none was added or taken away; the rows of
every check add up; every report shows the results of findings.json; and the runs before and after are those that the
manifests name.

What it does not prove: that the registers told the truth; that the firm kept its policy beyond what the report says;
or, by itself, when the run was made and by whom. {limit}

It ends with 0 if all is as published, 1 if something differs, 2 if something is missing so that not everything could be
checked, 64 if there is no run.
"""
SIGNED = "It is signed by the key {fingerprint}."
UNSIGNED = "It is not signed."
SIGNED_LIMIT = (
    "A list of allowed signers in this zip proves nothing: ask the firm by another way for the fingerprint of its key, "
    "or give your own list with --signers."
)
UNSIGNED_LIMIT = (
    "Whoever can write all of these files can make others that agree with each other just as well. Compare the results "
    "hash with one that you had by another way, or kept from earlier."
)


def pack(run: Path, content: Mapping[str, Any], signers: Path | None) -> bytes:
    """Return the zip of a run, the same bytes for the same run; verify.py goes with it as it stands."""
    reports, said = run.parent.parent, content["predicate"]
    parts = {SCRIPT: Path(verify.__file__).read_bytes(), README: _readme(said).encode()}
    if signers and signers.is_file():
        parts[SIGNERS] = signers.read_bytes()
    if (reports / LATEST).is_file():
        parts[f"reports/{LATEST}"] = (reports / LATEST).read_bytes()
    for each in places(reports):
        if (reports / each / MANIFEST).is_file():
            parts[f"reports/{each}/{MANIFEST}"] = (reports / each / MANIFEST).read_bytes()
    for path in run.rglob("*"):
        if path.is_file():
            parts[f"reports/{said['run']}/{path.relative_to(run).as_posix()}"] = path.read_bytes()
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as target:
        for name, data in sorted(parts.items()):
            member = zipfile.ZipInfo(name, FIRST_DAY)
            member.compress_type, member.external_attr = zipfile.ZIP_DEFLATED, PRIVATE_FILE << 16
            target.writestr(member, data)
    return out.getvalue()


def _readme(said: Mapping[str, Any]) -> str:
    key = said["signature"]
    title = f"privacy-audit: {said['firm']}, {said['quarter']}"
    return TEXT.format(
        title=title,
        firm=said["firm"],
        quarter=said["quarter"],
        as_at=long_date(parse_iso(said["as_at"], "as_at")),
        run=said["run"],
        script=SCRIPT,
        results=said["results"],
        signed=SIGNED.format(**key) if key else UNSIGNED,
        limit=SIGNED_LIMIT if key else UNSIGNED_LIMIT,
    )
