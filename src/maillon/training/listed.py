"""Names on the real lists: no synthetic person is given one of them."""

import gzip
from functools import cache
from importlib import resources


@cache
def listed_names() -> frozenset[str]:
    """Return the full names of the lists in ``lists/``, as `people.normalised` returns them.

    Source: ``bench/listed_names.py``, from the lists named in ``lists/README.md``.
    """
    packed = resources.files("maillon.training").joinpath("lists/names.txt.gz").read_bytes()
    return frozenset(gzip.decompress(packed).decode("utf-8").splitlines())
