"""Words in free text that hint at special category data."""

import re
from collections.abc import Iterable

from privacy_audit.facts.fact import Known


class Hints:
    """The rulebook's words, look-alikes and endings of companies' names, made ready to search with."""

    def __init__(self, known: Known) -> None:
        law, day = known.law, known.as_at
        self._kinds = {kind: _whole(words) for kind, words in law.special_words.on(day).items()}
        self._harmless = _whole(law.look_alikes.on(day))
        endings = "|".join(map(re.escape, law.company_endings.on(day)))
        self._company = re.compile(rf"(?:\b[A-Z][\w'\u2019]*\s+(?:(?:and|of|the|for|&)\s+)*)+(?:{endings})\b")

    def kinds(self, text: str) -> list[str]:
        """Return the kinds of special category data that a text hints at."""
        plain = self._harmless.sub(" ", self._company.sub(" ", text.replace("-", " ")))
        return [kind for kind, words in self._kinds.items() if words.search(plain)]


def _whole(words: Iterable[str]) -> re.Pattern[str]:
    """Return what finds these words and phrases where they stand whole, the longest first."""
    longest = sorted(words, key=len, reverse=True)
    return re.compile(r"\b(?:" + "|".join(map(re.escape, longest)) + r")\b", re.IGNORECASE)
