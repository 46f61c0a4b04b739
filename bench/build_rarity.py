"""Count how common the parts of names are, over public lists and name tables, and freeze it.

    python bench/build_rarity.py --out src/maillon/screen/data/rarity.csv.gz

Each distinct name counts once; a part counts under its text and under each of its keys, so that an
unseen spelling of a common name is common, and what a script without vowels holds of a name is as
common as all the names that it may be. What is rarer than the table tells apart is left out.
"""

import argparse
import gzip
import math
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from faker import Faker

sys.path.insert(0, str(Path(__file__).parent))

from measured import lists

from maillon.screen.entry import Name
from maillon.screen.rarity import MOST

LOCALES = (
    "ar_AA", "ar_DZ", "ar_PS", "ar_SA", "az_AZ", "bg_BG", "bn_BD", "cs_CZ", "de_DE", "el_GR",
    "en_GB", "en_IN", "en_NG", "en_PK", "en_US", "es_ES", "es_MX", "fa_IR", "fi_FI", "fr_DZ",
    "fr_FR", "ha_NG", "he_IL", "hi_IN", "hr_HR", "hu_HU", "id_ID", "it_IT", "ja_JP", "ka_GE",
    "ko_KR", "nl_NL", "pl_PL", "pt_BR", "ro_RO", "ru_RU", "sv_SE", "th_TH", "tr_TR", "uk_UA",
    "uz_UZ", "vi_VN", "zh_CN", "zh_TW", "zu_ZA",
)  # fmt: skip
EACH = 1200
KINDS = frozenset("szkcabxl")
"""Kinds of keys that are counted: all but ``n:``, which is the text again."""


def names() -> Iterator[tuple[str, bool]]:
    """Yield names, and whether each is of an organisation."""
    for which in ("ofac", "un"):
        for one in lists.listed(which):
            for _, text in one.names:
                yield text, one.schema != "Person"
    for locale in LOCALES:
        fake = Faker(locale)
        fake.seed_instance(7)
        for _ in range(EACH):
            yield f"{fake.first_name()} {fake.last_name()}", False


def main() -> None:
    """Count and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    asked = parser.parse_args()
    counted: Counter[str] = Counter()
    total = 0
    for text, organisation in sorted(set(names())):
        name = Name(text, "name", organisation=organisation)
        total += 1
        found = set()
        for part in name.parts:
            found.add(part.text)
            found |= {key for key in part.keys if key[0] in KINDS}
        counted.update(found)
    with (
        asked.out.open("wb") as raw,
        gzip.GzipFile(fileobj=raw, mode="wb", mtime=0, filename="") as packed,
    ):
        least = total * math.exp(-MOST)
        told = (f"{key},{n}" for key, n in sorted(counted.items()) if n > least)
        lines = [f"total,{total}", *told]
        packed.write(("\n".join(lines) + "\n").encode())
    print(f"{total:,} names, {len(lines) - 1:,} keys")


if __name__ == "__main__":
    main()
