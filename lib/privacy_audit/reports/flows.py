"""Where data goes: transfers by country and by what protects them."""

from collections import Counter
from collections.abc import Iterator

from privacy_audit.audit import Observation
from privacy_audit.engine import BROKEN, KEPT, NOT_SHOWN, ROW
from privacy_audit.reports.pictures.charts import Picture
from privacy_audit.reports.pictures.tiles import KINDS, tiles
from privacy_audit.reports.tables import Table
from privacy_audit.result import Result

NOT_RECORDED, NO_COUNTRY = "nothing recorded", "country not recorded"


def verdict_of_each(result: Result) -> list[str]:
    """Return for each transfer the worst that any check of it says: broken, cannot be shown, or kept."""
    register = result.inputs.registers.get("transfers")
    rows = len(register.table) if register is not None else 0
    found = [KEPT] * rows
    for observation in result.observations:
        if observation.control.register == "transfers":
            _worsen(found, observation)
    return found


def _worsen(found: list[str], observation: Observation) -> None:
    for row in observation.flagged:
        if found[row[ROW]] != BROKEN:
            found[row[ROW]] = row["verdict"]


def places_of(result: Result) -> list[tuple[str, str]]:
    """Return for each transfer its country and what protects it, by name."""
    register, tables = result.inputs.registers.get("transfers"), result.inputs.law.tables
    if register is None:
        return []
    countries, safeguards = tables["countries"]["names"], tables["mechanisms"]["names"]
    day = result.inputs.request.as_at
    approved = set(result.inputs.law.adequate_full.on(day))
    places = []
    for row in register.table.to_pylist():
        code = row["country"]
        named = safeguards.get(row["mechanism"], NOT_RECORDED)
        protects = "country approved in full" if code in approved else named
        places.append((countries.get(code, NO_COUNTRY), protects))
    return places


def by_country(result: Result) -> Table:
    """Return how many transfers go to each country under each safeguard, and how they came out."""
    counted = Counter(zip(places_of(result), verdict_of_each(result), strict=True))
    groups = sorted({place for place, _ in counted})
    rows = [
        (
            *place,
            *(counted[place, verdict] for verdict in (KEPT, BROKEN, NOT_SHOWN)),
            sum(counted[place, v] for v in (KEPT, BROKEN, NOT_SHOWN)),
        )
        for place in groups
    ]
    columns = [
        ("Country", 22),
        ("What protects the data", 44),
        ("In order", 10),
        ("Broken", 10),
        ("Cannot be shown", 10),
    ]
    columns += [("In all", 10)]
    return Table("Transfers", "Where data goes, and what protects it there.", columns, rows)


def by_country_and_safeguard(result: Result) -> Picture:
    """Draw a map of the countries that data is sent to, by what protects it there."""
    counted = Counter(_kinds(result))
    flows = tuple((*place, number) for place, number in sorted(counted.items()))
    title = "Where data goes, and what protects it"
    numbers = tuple((country, KINDS[kind][1], number) for _, country, kind, number in flows)
    told = "; ".join(f"{country}, {safeguard}: {number}" for country, safeguard, number in numbers)
    return Picture(tiles(flows, title), f"{title}: {told or 'nowhere abroad'}.", numbers)


def _kinds(result: Result) -> Iterator[tuple[str, str, str]]:
    """Yield each transfer's country, by code and name, and what protects it there, as the law stands on the day.

    What is recorded protects nothing where a check finds that it is broken, and is unknown where it cannot be shown.
    """
    register, law = result.inputs.registers.get("transfers"), result.inputs.law
    day = result.inputs.request.as_at
    approved, names = set(law.adequate_full.on(day)), law.tables["countries"]["names"]
    agreements = set(law.agreement_safeguards.on(day))
    rows = register.table.to_pylist() if register is not None else []
    for row, verdict in zip(rows, verdict_of_each(result), strict=True):
        mechanism = row["mechanism"] or ""
        kind = "none"
        if verdict != KEPT:
            kind = "none" if verdict == BROKEN else "unshown"
        elif row["country"] in approved or mechanism == "UK_ADEQUACY":
            kind = "approved"
        elif mechanism == "UK_US_DPF":
            kind = "extension"
        elif mechanism in agreements:
            kind = "agreement"
        elif mechanism.startswith("ART49"):
            kind = "exception"
        yield row["country"] or "", names.get(row["country"], NO_COUNTRY), kind
