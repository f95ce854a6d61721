"""The last look before publishing: no output may show a value of the registers that tells who somebody is.

Nor any e-mail address that the policy does not publish, wherever it came from.

What is looked for, and why:
- every value of a column that the schema marks as personal; in editions for others also the numbers of clients;
- an e-mail address in full, and a telephone number by its last nine digits, however it is spaced;
- a name, an address or any other value of two words or more, whatever stands between the words; a longer text in pieces
  of eight words, so that a part of it is found as well;
- a value of a single word only from six letters or figures on: “Art” and “May” stand in every report. A client's number
  may be shorter, where it has letters and figures;
- nothing that our own words say of any firm (the code, the rulebook), that the policy publishes, or that is the name of
  a supplier: these are shown, and tell nothing of a client. One word of a longer name tells nothing either.

Words are compared as keyed digests. So the process that publishes can look through what the notebook made without ever
holding the registers.
"""

import re
import secrets
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from hashlib import blake2b
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from privacy_audit.errors import PublishError
from privacy_audit.request import ROOT
from privacy_audit.runs.artefacts import UnreadableArtefactError, plain, texts

if TYPE_CHECKING:
    from privacy_audit.registers.register import Register
    from privacy_audit.settings.schema import Column

WORD = re.compile(r"[^\W_]+")
HOST, PERSON, LONGEST = re.compile(r"@[\w-]+(?:\.[\w-]+)+"), re.compile(r"[\w.+%'-]+$"), 64
NUMBER = re.compile(r"(?<![\w.])\(?\+?[(\d][\d ().-]{7,20}\d(?![\w])")
SHORTEST, IDENTITY, PIECE, PHONE = 6, 4, 8, 9
MONTHS = "january february march april may june july august september october november december"
FOR_OTHERS = ("accountant.xlsx", "insurer.xlsx")
EVERY, NOTHING = "", MappingProxyType[str, Iterable[str]]({})
ADDRESS = "an e-mail address that the policy does not publish"
CLOSED = "it cannot be opened, so that nobody can tell what it shows"


@dataclass(frozen=True)
class Leak:
    """An artefact and the kind of value it would show; never the value."""

    artefact: str
    kind: str

    def __str__(self) -> str:
        if self.kind == CLOSED:
            return f"{self.artefact}: {CLOSED}."
        what = self.kind if self.kind == ADDRESS else f"a value of {self.kind}"
        return (
            f"{self.artefact} would show {what}. Hint: look for it in the names of files and sheets "
            "and in the columns that reports quote, take it out, and run again."
        )


@dataclass
class Needles:
    """What is looked for, as digests: of each value its kind, of each first word how many words may follow.

    `addresses` are the e-mail addresses that may be shown, in small letters: those that the policy publishes.
    `inside` are the kinds that the firm's own edition shows; `shown` what one artefact may show, or all but the
    editions for others where no artefact is named.
    """

    salt: bytes = field(default_factory=lambda: secrets.token_bytes(16))
    values: dict[str, str] = field(default_factory=dict)
    firsts: dict[str, list[int]] = field(default_factory=dict)
    inside: list[str] = field(default_factory=list)
    shown: dict[str, list[str]] = field(default_factory=dict)
    addresses: list[str] = field(default_factory=list)
    _known: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(
        cls, registers: "Mapping[str, Register]", public: str = "", shown: Mapping[str, Iterable[str]] = NOTHING
    ) -> "Needles":
        """Return what to look for in the outputs of these registers; what `public` says may be shown anywhere."""
        needles = cls(addresses=sorted(addresses(public)))
        allowed = _spaced(public) + "".join(_spaced(each) for each in _suppliers(registers))
        for kind, identity, value in _personal(registers):
            if identity and kind not in needles.inside:
                needles.inside.append(kind)
            for words in _pieces(value, IDENTITY if identity else SHORTEST):
                if f" {' '.join(words)} " not in allowed:
                    needles.add(words, kind)
        for artefact, values in shown.items():
            needles.shown[artefact] = [needles.digest(" ".join(WORD.findall(plain(each)))) for each in values]
        return needles

    @classmethod
    def from_plain(cls, content: Mapping[str, Any]) -> "Needles":
        """Return what another process has put together."""
        return cls(**{**content, "salt": bytes.fromhex(content["salt"])})

    def plain(self) -> dict[str, Any]:
        """Return it for another process: no value can be read from it."""
        told = {name: value for name, value in vars(self).items() if not name.startswith("_")}
        return told | {"salt": self.salt.hex()}

    def add(self, words: list[str], kind: str) -> None:
        """Look for these words, one after another."""
        self.values.setdefault(self.digest(" ".join(words)), kind)
        lengths = self.firsts.setdefault(self.digest(words[0]), [])
        if len(words) not in lengths:
            lengths.append(len(words))

    def digest(self, text: str) -> str:
        """Return a text's digest: the same for the same text in this run, and nothing that can be turned back."""
        if text not in self._known:
            self._known[text] = blake2b(text.encode(), digest_size=8, key=self.salt).hexdigest()
        return self._known[text]

    def found(self, text: str) -> Iterator[tuple[str, str]]:
        """Yield the kind of every value that a text shows, with its words."""
        words = WORD.findall(text)
        starts = {word: self.firsts[self.digest(word)] for word in set(words) if self.digest(word) in self.firsts}
        for at, word in enumerate(words) if starts else ():
            for length in starts.get(word, ()):
                phrase = " ".join(words[at : at + length])
                if self.digest(phrase) in self.values:
                    yield self.values[self.digest(phrase)], phrase
        for number in NUMBER.findall(text):
            digits = re.sub(r"\D", "", number)[-PHONE:]
            if len(digits) == PHONE and self.digest(digits) in self.values:
                yield self.values[self.digest(digits)], digits

    def may_show(self, artefact: str, kind: str, phrase: str) -> bool:
        """Whether an artefact may show a value, because it is meant to, or because it is a word of our own."""
        for_others = artefact.endswith(FOR_OTHERS)
        if not for_others and (kind in self.inside or self.digest(phrase) in self.shown.get(EVERY, ())):
            return True
        return self.digest(phrase) in self.shown.get(artefact, ()) or f" {phrase} " in _own_words()


def leaks(
    artefacts: Mapping[str, bytes],
    registers: "Mapping[str, Register]",
    public: str = "",
    shown: Mapping[str, Iterable[str]] = NOTHING,
) -> list[Leak]:
    """Return which artefacts would show which kind of personal value.

    `public` is text that may be shown anywhere, such as the policy; `shown` names values that one artefact may show.
    """
    return search(artefacts, Needles.of(registers, public, shown))


def search(artefacts: Mapping[str, bytes], needles: Needles) -> list[Leak]:
    """Return which artefacts show what is looked for: one leak for each artefact and kind of value."""
    found: dict[Leak, None] = {}
    for name, content in artefacts.items():
        try:
            for text in texts(name, content):
                hits = [kind for kind, words in needles.found(plain(text)) if not needles.may_show(name, kind, words)]
                if not hits and addresses(text) - set(needles.addresses):
                    hits = [ADDRESS]
                found |= dict.fromkeys(Leak(name, kind) for kind in hits)
        except UnreadableArtefactError:
            found[Leak(name, CLOSED)] = None
    return list(found)


def addresses(text: str) -> set[str]:
    """Return the e-mail addresses in a text, in small letters.

    >>> addresses("Write to Privacy@example.co.uk.")
    {'privacy@example.co.uk'}
    """
    found = ((PERSON.search(text[max(0, at.start() - LONGEST) : at.start()]), at[0]) for at in HOST.finditer(text))
    return {(person[0].lstrip(".'") + host).casefold() for person, host in found if person}


def refuse(found: Iterable[Leak]) -> None:
    """Raise PublishError, in a line that shows no value, if there is a leak."""
    first = next(iter(found), None)
    if first is not None:
        message = f"Nothing was published: {first}"
        raise PublishError(message)


def _personal(registers: "Mapping[str, Register]") -> Iterator[tuple[str, bool, str]]:
    """Yield (kind, whether the firm's own edition may show it, value) for all that tells who somebody is."""
    for name, register in registers.items():
        for column in register.schema.fields:
            identity = _is_identity(name, column)
            if (column.personal or identity) and column.type == "string":
                kind = f"“{column.title}” of the register “{register.schema.title}”"
                values = register.table.column(column.name).unique().to_pylist()
                yield from ((kind, identity and not column.personal, value) for value in values if value)


def _is_identity(register: str, column: "Column") -> bool:
    """Whether a column tells who a client is to whoever has the client list."""
    return column.name == "client_id" or (register, column.name) == ("clients", "company_number")


def _suppliers(registers: "Mapping[str, Register]") -> Iterator[str]:
    """Yield the suppliers' names."""
    for register, column in (("processors", "legal_name"), ("transfers", "importer")):
        if register in registers:
            yield from (each for each in registers[register].table.column(column).unique().to_pylist() if each)


def _pieces(value: str, shortest: int) -> Iterator[list[str]]:
    """Yield the words to look for: the whole of a value, or a longer text in pieces; its digits if it is a number."""
    words = WORD.findall(plain(value))
    letters, digits = sum(map(len, words)), "".join(re.findall(r"\d", value))
    if len(digits) >= PHONE and letters == len(digits):
        yield [digits[-PHONE:]]
    if letters >= (SHORTEST if letters == len(digits) else shortest):
        yield from (words[at : at + PIECE] for at in range(0, max(1, len(words) - PIECE + 1), PIECE))


def _spaced(text: str) -> str:
    return f" {' '.join(WORD.findall(plain(text)))} "


@cache
def _own_words() -> str:
    """Return the words that a report may say of any firm: those of the code, the rulebook, the schemas and mappings."""
    places = [ROOT / "lib", *(ROOT / "data" / name for name in ("rulebook", "schema", "mappings"))]
    kinds = {".py", ".html", ".css", ".js", ".typ", ".toml", ".json"}
    files = (each for place in places for each in sorted(place.rglob("*")) if each.suffix in kinds)
    return _spaced(MONTHS) + "".join(_spaced(each.read_text(encoding="utf-8", errors="replace")) for each in files)
