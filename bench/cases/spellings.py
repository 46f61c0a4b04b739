"""A listed name that is being changed, and changes of its spelling: languages and scripts."""

import csv
import random
import re
import unicodedata
from collections.abc import Callable
from functools import cache
from pathlib import Path

from cases.persons import own

HERE = Path(__file__).parent
PARTICLES = frozenset((
    "al", "el", "bin", "ben", "ibn", "bint", "abu", "abou", "ould", "de", "del", "la", "van", "von",
    "di", "da", "dos",
))  # fmt: skip
SLAVIC = re.compile(r"(ov|ev|in|ich|enko|sky|ski|ova|eva|ina|vna|chuk)\b", re.IGNORECASE)


def folded(name: str) -> str:
    """Return a name without marks."""
    return unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()


@cache
def table(name: str) -> list[dict[str, str]]:
    """Return the rows of a table beside this file."""
    with (HERE / name).open(encoding="utf-8", newline="") as raw:
        return list(csv.DictReader(raw))


@cache
def rewriting(rule: str) -> tuple[re.Pattern[str], dict[str, str]]:
    """Return the pattern and the replacements of a romanisation rule, longest spelling first."""
    pairs = {r["spelling"]: r["becomes"] for r in table("romanisation.csv") if r["rule"] == rule}
    return re.compile("|".join(sorted(pairs, key=len, reverse=True))), pairs


def rewritten(name: str, rule: str, chance: random.Random, share: float) -> str:
    """Return a name with a share of the places changed that a rule knows."""
    pattern, pairs = rewriting(rule)
    return pattern.sub(
        lambda found: pairs[found[0]] if chance.random() < share else found[0], name.lower()
    )


Words = list[str]


class Drawn:
    """A name that is being changed: its words, the family name's apart where a comma says so."""

    def __init__(self, name: str, schema: str) -> None:
        plain = re.sub(r"\(.*?\)", "", name).strip()
        family, comma, given = plain.partition(",")
        self.person = schema == "Person"
        self.family = family.split() if comma and self.person else []
        self.given = (given if comma and self.person else plain).split()
        self.name = plain if not self.person else " ".join(self.words).title()

    @property
    def words(self) -> Words:
        """Given names first."""
        return [*self.given, *self.family]

    @property
    def free(self) -> list[int]:
        """Places of the words that are no particle and longer than three letters."""
        return [
            number
            for number, word in enumerate(self.words)
            if len(word) > 3 and word.lower().rstrip("-") not in PARTICLES
        ]


Rule = Callable[[Drawn, random.Random], str]


def arabic_like(drawn: Drawn) -> bool:
    """Tell whether a word of the name is a frequent Arabic name or an Arabic particle."""
    common = {one.lower() for one in own()["arabic", "male"]} | {"al", "bin", "abu", "ibn", "abd"}
    return any(word.lower() in common for word in re.split(r"[\s-]+", drawn.name))


def to_arabic(drawn: Drawn, chance: random.Random) -> str:
    """Arabic letters, short vowels left out more often than not."""
    if not arabic_like(drawn):
        return ""
    text = re.sub(r"\b(al|el)[- ]", "ال", folded(drawn.name).lower())
    text = re.sub(r"(.)\1", r"\1", text)
    text = re.sub(r"(?<=[a-z])[a](?=[a-z])", lambda _: "" if chance.random() < 0.6 else "a", text)
    text = re.sub(r"(?<=[a-z])[iu]", lambda f: "" if chance.random() < 0.5 else
                  {"i": "y", "u": "w"}[f[0]], text)  # fmt: skip
    pattern, pairs = rewriting("arabic")
    return re.sub(r"[^ء-ي ]", "", pattern.sub(lambda found: pairs[found[0]], text)).strip()


def transliterated(scheme: str) -> Rule:
    """Return the rule that writes a name in another script as ICU does."""

    def rule(drawn: Drawn, _: random.Random) -> str:
        from icu import Transliterator  # noqa: PLC0415 - only what changes scripts needs ICU

        if not drawn.person or any(letter.isdigit() for letter in drawn.name):
            return ""
        letters = Transliterator.createInstance(f"{scheme}; NFD; [:Mn:] Remove; NFC")
        text = re.sub(
            r"(?<![cksztp])h" if "Greek" not in scheme else "$^", "kh", drawn.name.lower()
        )
        changed = str(letters.transliterate(folded(text))).title()
        return "" if re.search("[A-Za-z]", changed) else changed

    return rule


def romanised(rule_name: str, share: float) -> Rule:
    """Return the rule that spells a name as another language would."""

    def rule(drawn: Drawn, chance: random.Random) -> str:
        if rule_name == "slavic" and not SLAVIC.search(drawn.name):
            return ""
        if rule_name not in {"slavic", "doubled", "single"} and not arabic_like(drawn):
            return ""
        return rewritten(folded(drawn.name), rule_name, chance, share).title()

    return rule


ROMANISED: dict[str, Rule] = {
    f"romanisation_{name}": romanised(name, share)
    for name, share in (
        ("french", 0.9), ("french_soft", 0.9), ("spanish", 0.7), ("spanish_soft", 0.9),
        ("german", 0.8), ("german_soft", 0.9), ("turkish", 0.9), ("english", 0.5),
        ("english_vowels", 0.3), ("persian", 0.6), ("malay", 0.9), ("slavic", 0.7),
        ("doubled", 1.0), ("single", 0.3),
    )
}  # fmt: skip
