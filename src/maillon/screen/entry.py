"""What is compared: the names and the few facts of one record, on both sides alike."""

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from maillon.screen.normalise import Word, joined, joined_keys, keys, name_words
from maillon.screen.organisations import concept, split_form
from maillon.screen.rarity import rarity

NAME_PROPS: Final = ("name", "alias", "previousName", "abbreviation", "weakAlias")
WEAK_PROPS: Final = frozenset(("weakAlias", "abbreviation"))
GROUPS: Final = {
    "Person": "person",
    "Company": "organisation",
    "Organization": "organisation",
    "PublicBody": "organisation",
    "Airplane": "craft",
    "Vehicle": "craft",
    "Vessel": "craft",
}
"""Which schemata can be one thing. `LegalEntity` and what is not named here can be any."""
DOCUMENT_PROPS: Final = (
    "passportNumber", "idNumber", "registrationNumber", "taxNumber", "imoNumber", "mmsi",
    "innCode", "ogrnCode", "leiCode", "swiftBic", "cryptoAddress", "publicKey", "callSign",
)  # fmt: skip
COUNTRY_PROPS: Final = ("nationality", "citizenship", "country", "jurisdiction", "birthCountry")
FACT_PROPS: Final = (
    "birthDate", "gender", "birthPlace", "city", *COUNTRY_PROPS, *DOCUMENT_PROPS,
)  # fmt: skip
TAGGED: Final = ("firstName", "secondName", "middleName", "fatherName", "lastName")
NAMED: Final = (*NAME_PROPS, *TAGGED)
EMPTY: Final[Mapping[str, Any]] = MappingProxyType({})
LONGEST_NAME: Final = 500
"""Characters of one name that are compared; what is longer is cut, and said in the receipt."""
ARTICLES: Final = ("al", "el", "ul")
GENERIC: Final = 3.0
"""Most that a word weighs that many organisations have in their names."""
MOST_PARTS: Final = 24
"""Parts of one name that are compared."""


class Origin(NamedTuple):
    """What a part is made from: parts of the same origin are alike.

    Attributes:
        word: The word, or several as one.
        lead: The particles before it, when with them it can be one word, such as ``vander``.
        organisation: Whether it is a word of organisations, such as ``bank``, in one's name.
        span: How many words of the name it holds.
    """

    word: Word
    lead: str = ""
    organisation: bool = False
    span: int = 1


class Part:
    """One part of a name.

    Attributes:
        origin: What it is made from.
        text: Lower-case ASCII.
        script: As `Word`.
        native: In its own script, folded.
        held: Its keys, the strongest kind first.
        weight: How telling it is, natural logarithm, from `LEAST` to `MOST`.
        after: The particle before it, such as ``bin``.
        led: With the particles before it as one word, such as ``vanderbilt``; or as `text`.
        span: How many words of the name it holds.
    """

    __slots__ = (
        "_keys", "after", "held", "led", "native", "origin", "script", "span", "text", "weight",
    )  # fmt: skip

    def __init__(self, origin: Origin, after: str = "") -> None:
        word = origin.word
        self.origin = origin
        self.text = word.text
        self.script = word.script
        self.native = word.native
        self.led = origin.lead + word.text
        self.held, self.weight = _joined(origin) if origin.span > 1 else _single(origin)
        self._keys: frozenset[str] | None = None
        self.after = after
        self.span = origin.span

    @property
    def keys(self) -> frozenset[str]:
        """What it shares with its other spellings; a set is made for those that are compared."""
        if self._keys is None:
            self._keys = frozenset(self.held)
        return self._keys


@lru_cache(maxsize=1 << 13)
def _single(origin: Origin) -> tuple[tuple[str, ...], float]:
    """Return the keys and the weight of a word."""
    word = origin.word
    found = keys(word.text, word.script, word.native)
    held = (*found, *_bones(found))
    weight = rarity(word.text, held)
    if origin.lead:
        text = origin.lead + word.text
        held += tuple(key for key in joined_keys(text, "latn", text) if key[0] == "s")
    if origin.organisation:
        held += (f"c:{concept(word.text)}",)
        weight = min(weight / 2, GENERIC)
    return tuple(dict.fromkeys(held)), weight


@lru_cache(maxsize=1 << 13)
def _joined(origin: Origin) -> tuple[tuple[str, ...], float]:
    """Return the keys and the weight of neighbours as one word."""
    word = origin.word
    found = joined_keys(word.text, word.script, word.native)
    held = tuple(dict.fromkeys((*found, *_bones(found))))
    return held, rarity(word.text, held)


def _bones(found: Sequence[str]) -> Iterator[str]:
    """Yield the consonants of what a script without vowels holds, whatever its last vowel."""
    for key in found:
        if key[0] == "a":
            bones = key[2:].rpartition("+")[0] or key[2:].rpartition(".")[0]
            if len(bones) > 2:  # noqa: PLR2004 - two consonants are those of too many names
                yield f"b:{bones}"


@lru_cache(maxsize=1 << 14)
def _part(word: Word, after: str, lead: str, organisation: bool) -> Part:
    leads = lead if word.script == "latn" and not lead.startswith(ARTICLES) else ""
    return Part(Origin(word, leads, bool(organisation and concept(word.text))), after)


class Name:
    """One name of one record.

    Attributes:
        text: As the record has it.
        prop: Which property holds it: ``weakAlias`` never alerts alone.
        parts: Without titles, particles and legal forms; all words when nothing is left.
        form: The class of its legal form, such as ``llc``; empty for none.
    """

    __slots__ = ("_joined", "_neighbours", "_words", "form", "parts", "prop", "text")

    def __init__(self, text: str, prop: str, *, organisation: bool) -> None:
        self.text = text
        self.prop = prop
        words: Sequence[Word] = name_words(text[:LONGEST_NAME])
        self.form = ""
        if organisation:
            words, self.form = split_form(words)
        self._words = words
        kept, after, lead = [], "", ""
        for word in words:
            if word.role:
                if word.role == "particle":
                    after, lead = word.text, lead + word.text
                continue
            kept.append(_part(word, after, lead, organisation))
            after = lead = ""
        if not kept:
            kept = [_part(word, "", "", organisation) for word in words]
        self.parts = tuple(kept[:MOST_PARTS])
        self._joined: dict[int, Word] | None = None
        self._neighbours: dict[int, Part] | None = None
        self._words = tuple(words)

    @property
    def joined_words(self) -> dict[int, Word]:
        """Each two neighbouring parts as one word, by the number of the first."""
        if self._joined is None:
            self._joined = {}
            places: Sequence[int] = ()
            for number, (one, two) in enumerate(pairwise(self.parts)):
                if not _may_join(one, two):
                    continue
                places = places or self._places()
                word = joined(self._words[places[number] : places[number + 1] + 1])
                if word.text:
                    self._joined[number] = word
        return self._joined

    def _places(self) -> Sequence[int]:
        """Return where the parts stand among the words."""
        places = [n for n, word in enumerate(self._words) if not word.role]
        return places if len(places) >= len(self.parts) else range(len(self._words))

    @property
    def neighbours(self) -> dict[int, Part]:
        """Each two neighbouring parts as one part, by the number of the first."""
        if self._neighbours is None:
            self._neighbours = {
                number: Part(Origin(word, span=2), self.parts[number].after)
                for number, word in self.joined_words.items()
            }
        return self._neighbours

    @property
    def weak(self) -> bool:
        """Whether the list itself calls it weak."""
        return self.prop in WEAK_PROPS


def _may_join(one: Part, two: Part) -> bool:
    """Whether two neighbours are apt to be written as one in another spelling.

    Short syllables are, and what Arabic names are compounded with. Two long words that were run
    together are found by their letters instead (`candidates.pieces`).
    """
    return (
        min(len(one.text), len(two.text)) <= SYLLABLE
        or (SYSTEM in one.native and SYSTEM in two.native)
        or (one.script == two.script != "latn" and one.script in {"hani", "hang"})
        or one.text in COMPOUNDING
        or two.text in COMPOUNDING
    )


SYLLABLE: Final = 4
"""Letters of a word that may be half of another."""
SYSTEM: Final = "|"
"""In the native form of a Latin word: its name fits Chinese or Korean syllables."""
COMPOUNDING: Final = frozenset(
    ("abd", "abdul", "abdel", "abdal", "abdur", "abu", "abou", "allah", "ullah", "ollah", "oullah",
     "gholam", "ghulam", "ghlam", "din", "deen", "dine", "eddine", "uddin", "eddin", "allh", "dyn",
     "rahman", "rahim")
)  # fmt: skip


class Entry:
    """One record to compare.

    Args:
        id_: Entity id.
        schema: FollowTheMoney schema.
        dataset: Where it is from; empty for a query.
        given: Its names, or the properties that hold them: those are read when they are first asked
            for, so that another process may read them.
        facts: Birth dates, gender, countries, places and documents by property.
        version: SHA-256 of all that a comparison can see: another value is another answer.
        statements: Statement id of a value, by property and value; empty for a query.
    """

    __slots__ = ("_given", "_names", "dataset", "facts", "id", "schema", "statements", "version")

    def __init__(
        self,
        id_: str,
        schema: str,
        dataset: str,
        given: tuple[Name, ...] | Mapping[str, Sequence[str]],
        facts: Mapping[str, tuple[str, ...]] = EMPTY,
        version: str = "",
        statements: Mapping[str, str] = EMPTY,
    ) -> None:
        self.id = id_
        self.schema = schema
        self.dataset = dataset
        self.facts = facts
        self.version = version
        self.statements = statements
        self._given = given
        self._names = given if isinstance(given, tuple) else None

    def __reduce__(self) -> tuple[Any, ...]:
        return Entry, (
            self.id, self.schema, self.dataset, self.given, dict(self.facts), self.version,
            dict(self.statements),
        )  # fmt: skip

    @property
    def given(self) -> dict[str, list[str]]:
        """The properties that hold its names: read again, they give the same in the same order."""
        if isinstance(self._given, tuple):
            found: dict[str, list[str]] = {}
            for name in self._given:
                found.setdefault(name.prop, []).append(name.text)
            return found
        return {prop: list(values) for prop, values in self._given.items()}

    @property
    def names(self) -> tuple[Name, ...]:
        """Its names, the primary ones first."""
        if self._names is None:
            assert not isinstance(self._given, tuple)
            self._names = _names(self.schema, self._given)
        return self._names

    @property
    def caption(self) -> str:
        """The name to show."""
        return self.names[0].text if self.names else self.id

    @property
    def group(self) -> str:
        """What it can be one with; empty when it can be anything."""
        return GROUPS.get(self.schema, "")

    def values(self, props: Iterable[str]) -> frozenset[str]:
        """Return the values of several properties, in upper case."""
        return frozenset(value.upper() for prop in props for value in self.facts.get(prop, ()))


def entry(
    id_: str,
    schema: str,
    dataset: str,
    properties: Mapping[str, Sequence[str]],
    statements: Mapping[str, str] | None = None,
) -> Entry:
    """Make an entry from FollowTheMoney properties.

    Args:
        id_: Entity id.
        schema: FollowTheMoney schema.
        dataset: Where it is from; empty for a query.
        properties: Values by property. A birth date may be ``~1965`` (about) or ``1960..1965``.
        statements: Statement id by ``prop=value``.
    """
    facts = {prop: _sorted(values) for prop in FACT_PROPS if (values := properties.get(prop))}
    given = {prop: values for prop in NAMED if (values := properties.get(prop))}
    version = _version(schema, given, facts)
    return Entry(id_, schema, dataset, given, facts, version, statements or EMPTY)


def _names(schema: str, properties: Mapping[str, Sequence[str]]) -> tuple[Name, ...]:
    organisation = GROUPS.get(schema) != "person"
    names: list[Name] = []
    seen = set()
    for prop in NAME_PROPS:
        if not (values := properties.get(prop)):
            continue
        for text in _texts(values, organisation=organisation):
            name = Name(text, prop, organisation=organisation)
            read = (tuple([one.origin for one in name.parts]), name.form)
            if name.parts and read not in seen:
                seen.add(read)
                names.append(name)
    if not names:
        whole = " ".join(value for prop in TAGGED for value in properties.get(prop, ()))
        name = Name(whole, "name", organisation=False)
        names = [name] if name.parts else []
    return tuple(names)


def _sorted(values: Sequence[str]) -> tuple[str, ...]:
    return tuple(values) if len(values) == 1 else tuple(sorted(set(values)))


_TWO_NAMES: Final = re.compile(r"\s*(?:/|\ba\.?k\.?a\.?(?=[\s:])|[()\[\]])\s*")


def _texts(values: Sequence[str], *, organisation: bool) -> list[str]:
    """Return names, and of an organisation's *A / B* and *A (B)* also each of the two."""
    found = dict.fromkeys(_sorted(values))
    if organisation:
        for text in list(found):
            pieces = [piece for piece in _TWO_NAMES.split(text[:LONGEST_NAME]) if len(piece) > 2]  # noqa: PLR2004
            if 1 < len(pieces) <= MOST_PIECES:
                found.update(dict.fromkeys(pieces))
    return list(found)


MOST_PIECES: Final = 4


def _version(
    schema: str, given: Mapping[str, Sequence[str]], facts: Mapping[str, tuple[str, ...]]
) -> str:
    said = [schema]
    for prop, values in given.items():
        said += (prop, *_sorted(values), "")
    for prop, held in facts.items():
        said += (prop, *held, "")
    text = "\x1f".join(said)
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()
