"""Write names.txt.gz of the training lists: names of the real lists, so that Ruritania avoids them.

python bench/listed_names.py
"""

import gzip
import io
import sys
from importlib import resources
from pathlib import Path

from maillon.cli.demo_load import LISTS
from maillon.model import Statement
from maillon.sources import adapter
from maillon.training import normalised

LISTS_FOLDER = Path(__file__).parents[1] / "src" / "maillon" / "training" / "lists"
NAMES = {"name", "alias", "weakAlias", "previousName"}


def main() -> int:
    found = set()
    for _, name, file, _ in LISTS:
        packed = resources.files("maillon.training").joinpath(f"lists/{file}").read_bytes()
        raw = io.BytesIO(gzip.decompress(packed))
        for item in adapter(name).read(raw, "list"):
            if isinstance(item, Statement) and item.prop in NAMES:
                found.add(normalised(item.value.replace(",", " ")))
    text = "".join(f"{name}\n" for name in sorted(found) if " " in name)
    packed = gzip.compress(text.encode(), 9, mtime=0)
    (LISTS_FOLDER / "names.txt.gz").write_bytes(packed)
    print(f"{len(found):,} names, {len(packed):,} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
