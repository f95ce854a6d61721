"""JSON in one form only: the same content is the same bytes."""

from datetime import date

from privacy_audit.verify import seal


def canonical(content: object) -> bytes:
    r"""Return JSON with sorted keys, UTF-8 and one line end, the same for the same content.

    >>> canonical({"b": date(2026, 9, 30), "a": 1})
    b'{\n "a": 1,\n "b": "2026-09-30"\n}\n'
    """
    return seal.canonical(content, _plain)


def _plain(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    message = f"{value!r} cannot stand in a result"
    raise TypeError(message)
