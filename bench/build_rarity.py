"""Count how common the parts of names are, over public lists and name tables, and freeze it.

    python bench/build_rarity.py --out src/maillon/screen/data/rarity.csv.gz

Each distinct name counts once; a part counts under its text and under each of its spelling keys, so
that an unseen spelling of a common name is common. What occurs once is left out: it is rare.
"""

import argparse
import gzip
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from faker import Faker

sys.path.insert(0, str(Path(__file__).parent))

from measured import lists

from maillon.screen.entry import Name
from maillon.screen.normalise import keys

LOCALES = (
    "ar_AA", "az_AZ", "bg_BG", "bn_BD", "cs_CZ", "de_DE", "el_GR", "en_GB", "en_IN", "en_NG",
    "en_US", "es_ES", "es_MX", "fa_IR", "fi_FI", "fr_FR", "he_IL", "hi_IN", "hr_HR", "hu_HU",
    "id_ID", "it_IT", "ja_JP", "ka_GE", "ko_KR", "nl_NL", "pl_PL", "pt_BR", "ro_RO", "ru_RU",
    "sv_SE", "th_TH", "tr_TR", "uk_UA", "vi_VN", "zh_CN", "zu_ZA",
)  # fmt: skip
EACH = 1200
KINDS = ("s:", "z:", "k:", "c:")


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
            found |= {key for key in keys(part.text, part.script, part.native) if key[:2] in KINDS}
            found |= {key for key in part.keys if key[:2] == "c:"}
        counted.update(found)
    with (
        asked.out.open("wb") as raw,
        gzip.GzipFile(fileobj=raw, mode="wb", mtime=0, filename="") as packed,
    ):
        lines = [f"total,{total}", *(f"{key},{n}" for key, n in sorted(counted.items()) if n > 1)]
        packed.write(("\n".join(lines) + "\n").encode())
    print(f"{total:,} names, {len(lines) - 1:,} keys")


if __name__ == "__main__":
    main()
