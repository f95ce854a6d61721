"""A cell that should name evidence: what says that there is none, and what leaves it open, is no evidence."""

import re
import unicodedata

from privacy_audit.registers.day import UnreadError

# A spreadsheet makes 0 of a reference to a blank cell, and other programs write null or nan for one.
NONE = frozenset(
    {"none", "no", "nil", "nothing", "n/a", "n / a", "n.a", "na", "not applicable", "not available", "false"}
    | {"0", "null", "nan", "blank", "none yet", "not yet", "nothing yet", "none needed", "not needed"}
    | {"no contract", "no contract yet", "no agreement", "no agreement yet", "not signed", "not yet signed"}
    | {"no proof", "no proof yet", "no evidence", "no record", "no log", "no certificate", "no wording", "no measures"}
    | {"not kept", "not recorded", "none recorded", "not filed", "not yet filed", "none on file", "missing"}
)
OPEN = frozenset(
    {"t.b.c", "to come", "pending", "awaited", "in progress", "outstanding", "requested", "unknown", "don't know"}
    | {"don\u2019t know", "dont know", "not sure", "unsure", "unclear", "maybe", "perhaps", "todo", "to do", "to-do"}
    | {"to check", "xx", "xxx", "xxxx", *NONE}  # “none?” asks
)
# Whatever follows: when, by whom.
BEGUN = (
    r"(?i)^\W*(tbc|tbd|tba|to be (confirmed|decided|determined|advised|agreed|added|done|signed|filed|sent)"
    r"|to follow|awaiting|not yet|not known)([^\w-]|$)"
)
MINUS = "\u2212"
LEFT_OPEN = "says that it is still open, which is no evidence"
SAYS_NONE = "What says that there is none was read as blank"
# No word above holds such a digit: a cell that does, and is not begun so, needs no comparing.
NAMED = "[1-9]"


def evidence(text: str) -> str | None:
    """Return a cleaned text as it is, None where it says that there is none; raise UnreadError where it is left open.

    >>> evidence("None Such Ltd contract 2024"), evidence("None yet."), evidence("n/a; -")
    ('None Such Ltd contract 2024', None, None)
    """
    parts = [each.strip() for each in re.split("[;,]", text.casefold()) if each.strip()]
    if parts and all(map(_says_none, parts)):
        return None
    if re.match(BEGUN, text) or all(_says_none(each) or _is_open(each) for each in parts):
        raise UnreadError(LEFT_OPEN)
    return text


def _says_none(part: str) -> bool:
    """Whether a part is a word for “none”, or a dash."""
    dashes = all(char == MINUS or unicodedata.category(char) == "Pd" for char in part)
    return "?" not in part and (_bare(part) in NONE or dashes)


def _is_open(part: str) -> bool:
    """Whether a part promises or asks, or has no letter or digit at all."""
    bare = _bare(part)
    return not bare or bare in OPEN or re.match(BEGUN, part) is not None


def _bare(part: str) -> str:
    """Return a part without what stands before its first letter or digit and after its last."""
    seen = [at for at, char in enumerate(part) if char.isalnum()]
    return part[seen[0] : seen[-1] + 1] if seen else ""
