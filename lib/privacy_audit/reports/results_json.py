"""The results as JSON, in two files.

`findings.json` is what was found. It is the same, byte for byte, whatever the engine, the time zone, the order of the
rows or the names of the files; its hash is the results hash.
`sources.json` is where it stands: the receipts, and for each finding the file, sheet and row.
"""

import hashlib
from collections import Counter
from dataclasses import asdict
from datetime import date
from functools import lru_cache
from typing import Any

from privacy_audit import verify
from privacy_audit.audit.engine import BROKEN, KEPT, NOT_SHOWN, OUT_OF_SCOPE
from privacy_audit.audit.result import Result
from privacy_audit.registers.receipt import Receipt


def canonical(content: object) -> bytes:
    r"""Return JSON with sorted keys, UTF-8 and one line end, the same for the same content.

    >>> canonical({"b": date(2026, 9, 30), "a": 1})
    b'{\n "a": 1,\n "b": "2026-09-30"\n}\n'
    """
    return verify.canonical(content, _plain)


def _plain(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    message = f"{value!r} cannot stand in a result"
    raise TypeError(message)


FILE_BOUND = (
    "file",
    "sheet",
    "sha256",
    "encoding",
    "delimiter",
    "unread_cells",
    "repairs",
    "rejected",
    "unused",
    "extracted_by",
    "filters",
)


@lru_cache(maxsize=2)  # every output prints its hash
def findings_json(result: Result) -> bytes:
    """Return findings.json."""
    return canonical(
        {
            "audit": _audit(result),
            "registers": sorted((_summary(each) for each in result.inputs.folder.receipts), key=canonical),
            "controls": [_control(result, index) for index in range(len(result.observations))],
            "findings": [_finding(result, index) for index in range(len(result.findings))],
            "gone": sorted(result.comparison.gone.values(), key=canonical),
            "unclear": sorted(result.comparison.unclear.values(), key=canonical),
            "tasks": [asdict(each) | {"action": None} for each in result.tasks],
        }
    )


def sources_json(result: Result) -> bytes:
    """Return sources.json."""
    return canonical(
        {
            "receipts": [each.as_dict() for each in result.inputs.folder.receipts],
            "not_read": list(result.inputs.folder.others),
            "findings": {each.id: [asdict(origin) for origin in each.sources] for each in result.findings},
        }
    )


def results_hash(result: Result) -> str:
    """Return the hash that every output prints."""
    return hashlib.sha256(findings_json(result)).hexdigest()


def _audit(result: Result) -> dict[str, Any]:
    inputs, request = result.inputs, result.inputs.request
    return {
        "firm": inputs.policy.firm.name,
        "fictional": inputs.fictional,
        "quarter": str(request.quarter),
        "as_at": request.as_at,
        "period": [request.quarter.first, request.quarter.last],
        "issued_on": inputs.issued_on,
        "key": inputs.which_key,
        "policy": {
            "title": inputs.policy.title,
            "sha256": inputs.policy.sha256,
            "read_by": inputs.policy.read_by,
            "read_on": inputs.policy.read_on,
        },
        "rulebook": {"sha256": inputs.law.sha256},
        "parameters": {"quarter": str(request.quarter), "as_at": request.as_at, "issued_on": inputs.issued_on},
        "declared": [asdict_model(each) for each in (*inputs.policy.firm.declared, *inputs.folder.about.declared)],
        "coverage": {
            "testable": len(result.testable),
            "promises": [
                {
                    "id": each.id,
                    "section": each.section,
                    "quote": each.quote,
                    "basis": each.basis,
                    "controls": each.controls,
                    "planned": each.planned,
                    "state": result.standing.states[each.id],
                    "why": each.why,
                }
                for each in inputs.policy.commitments
            ],
        },
        "sections": [{"id": each.id, "title": each.title, "rating": each.rating} for each in result.standing.sections],
        "incomplete": bool(result.incomplete),
        "compared_with": result.comparison.last_quarter.quarter if result.comparison.last_quarter else None,
        "waivers": [{"finding": each.waiver.finding, "standing": each.state} for each in result.waivers],
    }


def asdict_model(model: Any) -> dict[str, Any]:  # noqa: ANN401 - any pydantic model
    """Return a settings model as plain data."""
    return dict(model.model_dump())


def _summary(receipt: Receipt) -> dict[str, Any]:
    """Return what a receipt says that does not hang on the file's name or the order of its rows."""
    content = {name: value for name, value in receipt.as_dict().items() if name not in FILE_BOUND}
    content["error"] = bool(receipt.error)
    content["rejected"] = _counted(f"{each.column}: {each.reason}" for each in receipt.rejected)
    content["unread_cells"] = _counted(f"{each.column}: {each.what}" for each in receipt.unread_cells)
    return content


def _counted(texts: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - any iterable of text
    return [{"what": text, "times": times} for text, times in sorted(Counter(texts).items())]


def _control(result: Result, index: int) -> dict[str, Any]:
    each = result.observations[index]
    return {
        "id": each.control.id,
        "title": each.control.title,
        "register": each.control.register,
        "severity": each.control.severity,
        "law": each.law,
        "commitments": [promise.id for promise in result.inputs.policy.naming(each.control.id)],
        "status": result.standing.statuses[each.control.id],
        "rows": each.rows,
        "out_of_scope": each.counts[OUT_OF_SCOPE],
        "kept": each.counts[KEPT],
        "broken": each.counts[BROKEN],
        "not_shown": each.counts[NOT_SHOWN],
        "unread": each.unread,
        "waived": result.standing.waived[each.control.id],
        "grade": each.grade,
        "blocked": each.blocked,
        "promised": each.promised,
        "error": each.error,
        "rules": [
            {"name": name, "title": rule.title, "file": rule.file, "source": rule.source}
            | {"checked": rule.checked, "mark": rule.mark}
            for name, rule in sorted(each.rules_used.items())
        ],
    }


def _finding(result: Result, index: int) -> dict[str, Any]:
    content = asdict(result.findings[index])
    content.pop("sources")
    waiver = result.findings[index].waiver
    content["waiver"] = dict(waiver.model_dump()) if waiver else None
    return content | {"clause": content.pop("section")}
