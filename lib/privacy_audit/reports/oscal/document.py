"""What every OSCAL document has: lasting ids, days as moments, text that is no markup, a head and the files behind it.

Ids are UUIDs of version 5. A finding, a risk, a control or a task has the same one in every quarter and every run, made
from its own id and the firm's key, so that two quarters can be compared and nobody without the key can tell records
apart by trying names. A document has another one whenever the results differ.
"""

import re
import string
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from typing import Any
from uuid import NAMESPACE_URL, uuid5
from zoneinfo import ZoneInfo

from privacy_audit.audit.result import Result
from privacy_audit.reports.results_json import results_hash
from privacy_audit.reports.screen import EXAMPLE, LIMITS

VERSION = "1.2.1"
NAMESPACE = "urn:privacy-audit:oscal:1"
IDS = uuid5(NAMESPACE_URL, NAMESPACE)
MARKUP = re.compile(r"([\\`*_{}\[\]<>#~^|])")
PLAIN = frozenset(string.ascii_letters + string.digits + "-._/")
LONDON = ZoneInfo("Europe/London")
Json = dict[str, Any]


def lasting(result: Result, kind: str, *parts: str) -> str:
    """Return the UUID of a thing of some kind, the same in every run of the firm."""
    return str(uuid5(IDS, result.inputs.token("oscal", kind, *parts)))


def moment(day: date, *, end: bool = False) -> str:
    """Return the first or the last second of a day in London, with its distance from UTC."""
    at = time(23, 59, 59) if end else time()
    return datetime.combine(day, at, LONDON).isoformat()


def line(text: object) -> str:
    """Return a value as one line without blanks at its ends; a dash for nothing."""
    return " ".join(str(text).split()) or "–"


def words(text: object) -> str:
    r"""Return a text as OSCAL's markup in which nothing is marked up.

    >>> words("a_b *c* <d>")
    'a\\_b \\*c\\* \\<d\\>'
    """
    return MARKUP.sub(r"\\\1", line(text))


def prop(name: str, value: object) -> Json:
    """Return a property of our own vocabulary."""
    return {"name": name, "ns": NAMESPACE, "value": line(value)}


def control_id(control: str) -> str:
    """Return a control's id as OSCAL writes it."""
    return control.lower()


def head(result: Result, name: str, title: str) -> Json:
    """Return what a document begins with: its own UUID, its title, the day of issue, the quarter and the firm."""
    inputs = result.inputs
    firm = lasting(result, "firm")
    return {
        "uuid": lasting(result, "document", name, results_hash(result)),
        "metadata": {
            "title": words(f"{inputs.policy.firm.name}: {title}, {inputs.request.quarter}"),
            "last-modified": moment(inputs.issued_on),
            "version": str(inputs.request.quarter),
            "oscal-version": VERSION,
            "props": [prop("results-hash", results_hash(result)), prop("as-at", inputs.request.as_at)],
            "parties": [{"uuid": firm, "type": "organization", "name": line(inputs.policy.firm.name)}],
            "remarks": words(" ".join([f"{EXAMPLE}." if inputs.fictional else "", LIMITS])),
        },
    }


def tool(result: Result) -> Json:
    """Return the audit itself as a component."""
    what = "A notebook that tests every row of the firm's registers against its policy and the law."
    status = {"state": "operational"}
    return {
        "uuid": lasting(result, "tool"),
        "type": "software",
        "title": "privacy-audit",
        "description": what,
        "status": status,
    }


def origins(result: Result) -> list[Json]:
    """Return that the audit itself is where something comes from."""
    return [{"actors": [{"type": "tool", "actor-uuid": lasting(result, "tool")}]}]


def selection(result: Result) -> Json:
    """Return the controls that were tested; those that ask nothing of this firm are named as left out."""
    asked = {each.control.id: each.promised for each in result.observations}
    inside = [{"control-id": control_id(name)} for name, promised in asked.items() if promised]
    outside = [{"control-id": control_id(name)} for name, promised in asked.items() if not promised]
    chosen: Json = {"include-controls": inside} | ({"exclude-controls": outside} if outside else {})
    return {"control-selections": [chosen]}


def evidence(result: Result) -> Json:
    """Return the policy and every file that was read, each with its hash."""
    policy = result.inputs.policy
    resources = [_resource(result, "policy", policy.file, policy.sha256)]
    seen = {each.sha256: each for each in result.inputs.folder.receipts}
    resources += [_resource(result, "file", each.file, each.sha256) for each in _by_name(seen.values())]
    return {"resources": resources}


def _by_name(receipts: Iterable[Any]) -> Iterator[Any]:
    yield from sorted(receipts, key=lambda each: (each.file, each.sha256))


def resource_id(result: Result, kind: str, sha256: str) -> str:
    """Return the UUID of a file's content."""
    return lasting(result, "resource", kind, sha256)


def _resource(result: Result, kind: str, name: str, sha256: str) -> Json:
    link = {"href": _address(name), "hashes": [{"algorithm": "SHA-256", "value": sha256}]}
    return {"uuid": resource_id(result, kind, sha256), "title": words(name), "rlinks": [link]}


def _address(name: str) -> str:
    """Return a file's name as a relative address."""
    return "".join(each if each in PLAIN else _escaped(each) for each in name)


def _escaped(letter: str) -> str:
    return "".join(f"%{byte:02X}" for byte in letter.encode())
