"""Read settings files (TOML) and check their contents against a model.

First reading and checking; then the words for a mistake: what is missing, unknown or of the wrong type.
"""

import re
import tomllib
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from privacy_audit.errors import SettingsError, nearest

STRICT = ConfigDict(extra="forbid", strict=True, frozen=True)
WRITTEN_BY_HAND = {
    "commitments.toml": "write down there what the policy states, as docs/your-policy.md tells.",
    "firm.toml": "say there who the firm is and which registers it has, as docs/your-policy.md tells.",
}
M = TypeVar("M", bound=BaseModel)


def read_text(path: Path) -> str:
    """Return a settings file's text; raise SettingsError where it is missing, a folder or not in UTF-8."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise SettingsError(f"{path.name} is not UTF-8. Hint: save it again as UTF-8.") from None
    except IsADirectoryError:
        raise SettingsError(f"{path.name} is a folder. Hint: it must be a file.") from None
    except FileNotFoundError:
        hint = WRITTEN_BY_HAND.get(path.name, "put the published policy there, word for word.")
        raise SettingsError(f"{path.name} is missing from {path.parent}. Hint: {hint}") from None


def load_toml(path: Path) -> dict[str, Any]:
    """Return a settings file's contents; raise SettingsError, with the file and line, where it is not TOML."""
    try:
        return dict(_parsed(read_text(path)))
    except tomllib.TOMLDecodeError as error:
        message = f"{path.name}: {error}. Hint: text stands in “double quotes”, dates bare as 2026-09-30."
        raise SettingsError(message) from None
    except (RecursionError, ValueError):
        message = f"{path.name} holds something that no settings file does. Hint: begin again from the example's."
        raise SettingsError(message) from None


@lru_cache(maxsize=128)
def _parsed(text: str) -> Mapping[str, Any]:
    """Return parsed TOML; equal texts share one result, which must not be changed."""
    return tomllib.loads(text)


def checked(content: dict[str, Any], model: type[M], name: str) -> M:
    """Return a settings file's content as an instance of a model; raise SettingsError for the first mistake.

    `name` is the file's name, for the message.
    """
    try:
        return model.model_validate(content)
    except ValidationError as error:
        message = f"{name}: {explain_error(error, content, model)}{page_hint(name)}"
        raise SettingsError(message) from None


def load(path: Path, model: type[M]) -> M:
    """Return a settings file as an instance of a model; raise SettingsError with the file's name and first mistake."""
    return checked(load_toml(path), model, path.name)


TEXT, DAY = "it must be text in “double quotes”", "it must be a day, bare as 2026-09-30"
NUMBER, CHOICE = (
    "it must be a whole number, without quotation marks",
    "it must be true or false, without quotation marks",
)
TABLE, LIST = "it must be a table: its name in [brackets], and what it says below", "it must be a list in [brackets]"
TABLES = "each of its entries must begin with its name in [[double brackets]]"
MUST = {
    "string_type": TEXT,
    "string_too_short": "it says too little",
    "string_pattern_mismatch": "it is not written as it must be",
    "too_short": "it must name one at least",
    "bool_type": CHOICE,
    "bool_parsing": CHOICE,
    "int_type": NUMBER,
    "int_parsing": NUMBER,
    "int_from_float": NUMBER,
    "date_type": DAY,
    "date_parsing": DAY,
    "date_from_datetime_parsing": DAY,
    "date_from_datetime_inexact": DAY,
    "dict_type": TABLE,
    "mapping_type": TABLE,
    "model_type": TABLE,
    "tuple_type": LIST,
    "list_type": LIST,
    "literal_error": "it must be {expected}",
    "greater_than_equal": "it must be {ge} at least",
    "less_than_equal": "it must be {le} at most",
    "value_error": "{error}",
}
POLICY, EXPORTS = "docs/your-policy.md", "docs/your-exports.md"
PAGES = {
    "firm.toml": POLICY,
    "commitments.toml": POLICY,
    "waivers.toml": "docs/what-a-run-gives.md",
    "proposal.toml": "the project's data/policy/proposal.toml",
}


def explain_error(error: ValidationError, content: Mapping[str, Any], model: type[BaseModel]) -> str:
    """Return in words the first mistake that pydantic found in a settings file's content, and where it is."""
    first = error.errors()[0]
    where = _where(first["loc"], content)
    if first["type"] == "missing":
        return f"{where} is missing."
    if first["type"] == "extra_forbidden":
        return f"{where} is not known here.{nearest(str(first['loc'][-1]), _names(model))}"
    must = MUST.get(first["type"], "it is not what must stand there").format(**first.get("ctx", {}))
    must = TABLES if must == LIST and isinstance(first["input"], Mapping) else must
    quoted = re.sub("'([^']+)'", r"“\1”", must.replace("'', ", ""))
    return f"{where} is wrong: {quoted}{'' if quoted.endswith('?') else '.'}"


def page_hint(name: str) -> str:
    """Return a hint with the page that explains a settings file; blank for a file that is not TOML.

    >>> page_hint("firm.toml"), page_hint("our-tool.toml"), page_hint("clients.json")
    (' Hint: see docs/your-policy.md.', ' Hint: see docs/your-exports.md.', '')
    """
    page = PAGES.get(name, EXPORTS if name.endswith(".toml") else "")
    return f" Hint: see {page}." if page else ""


def _where(loc: Sequence[int | str], content: object) -> str:
    """Return a place in a settings file in words; pydantic's type names at its end are left out.

    >>> _where(("commitment", 3, "id"), {"commitment": [{}, {}, {}, {}]})
    'commitment, number 4: id'
    >>> _where(("sums", "Total", "int"), {"sums": {"Total": [1]}})
    'sums.Total'
    """
    place = ""
    for part in loc:
        if isinstance(content, Mapping):
            place += f"{'.' if place and not place.endswith(' ') else ''}{part}"
            content = content.get(part)
        elif isinstance(content, list) and isinstance(part, int):
            place += f", number {part + 1}: "
            content = content[part]
    return place.removesuffix(": ")


def _names(model: type[BaseModel]) -> set[str]:
    """Return every name that a file of this model may use, at any depth."""
    schema = model.model_json_schema()
    return {name for each in (schema, *schema.get("$defs", {}).values()) for name in each.get("properties", {})}
