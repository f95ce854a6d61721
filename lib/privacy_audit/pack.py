"""A run in one zip to hand on or put away: its files, the chain's manifests, and a program that checks them."""

import ast
import io
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from privacy_audit.dates import in_words, parse_iso
from privacy_audit.evidence.publish import PRIVATE_FILE
from privacy_audit.verify import chain, files, script, seal, signature
from privacy_audit.verify.chain import places
from privacy_audit.verify.seal import LATEST, MANIFEST
from privacy_audit.verify.signature import SIGNERS

# The order in which the modules of the check stand in the one file: what is used stands first.
MODULES = (seal, signature, files, chain, script)
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
    """Return the zip of a run, the same bytes for the same run."""
    reports, said = run.parent.parent, content["predicate"]
    parts = {SCRIPT: one_file().encode(), README: _readme(said).encode()}
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
        as_at=in_words(parse_iso(said["as_at"], "as_at")),
        run=said["run"],
        script=SCRIPT,
        results=said["results"],
        signed=SIGNED.format(**key) if key else UNSIGNED,
        limit=SIGNED_LIMIT if key else UNSIGNED_LIMIT,
    )


def one_file() -> str:
    """Return the modules of the check as one program: the same code that `privacy-audit verify` runs."""
    parts = [Path(module.__file__ or "").read_text(encoding="utf-8") for module in MODULES]
    words = (
        '"""Checks that a run of privacy-audit is as it was published, with Python 3.11 or newer and nothing else."""\n'
    )
    joined = "\n\n".join(_without_own_imports(part) for part in parts)
    return f'{words}\n{joined}\n\nif __name__ == "__main__":\n    sys.exit(main())\n'


def _without_own_imports(source: str) -> str:
    """Return a module's source without its docstring and without the imports from this package."""
    lines = source.splitlines()
    for node in ast.parse(source).body:
        own = isinstance(node, ast.ImportFrom) and (node.module or "").startswith("privacy_audit")
        if own or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)):
            start, end = node.lineno - 1, node.end_lineno or node.lineno
            lines[start:end] = [""] * (end - start)
    return "\n".join(lines).strip()
