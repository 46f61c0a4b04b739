"""The names of algorithms that clients may ask for, and what answers to each."""

from dataclasses import dataclass
from typing import Any, Final

from starlette.exceptions import HTTPException

OURS: Final = "maillon"
BEST: Final = "best"
FEATURES: Final = {
    "name": "How alike the names are, script by script, word by word.",
    "birth_date": "Whether the birth dates agree, as exact as each is given.",
    "document": "Whether a number of a document agrees, misread characters allowed.",
    "country": "Whether a country agrees.",
    "gender": "Whether the gender agrees.",
    "place": "Whether a place agrees.",
    "kind": "Whether both can be one kind of thing.",
    "rule": "What a rule adds or takes.",
}
"""What a score is made of, in natural logarithms of the odds."""
_CONFIG: Final = {
    "nm_number_mismatch": "Accepted from clients that send it; Maillon's score does not use it.",
    "nm_extra_query_name": "Accepted from clients that send it; Maillon's score does not use it.",
    "nm_extra_result_name": "Accepted from clients that send it; Maillon's score does not use it.",
    "nm_family_name_weight": "Accepted from clients that send it; Maillon's score does not use it.",
    "nm_fuzzy_cutoff_factor": "Accepted from clients that send it; Maillon's score does not use"
    " it.",
}


@dataclass(frozen=True, slots=True)
class Algorithm:
    """A name that a client may ask for.

    Attributes:
        name: The name.
        description: What answers.
        names_only: Whether nothing but names is compared.
        config: Keys of ``config`` that are accepted, with what they do.
    """

    name: str
    description: str
    names_only: bool = False
    config: tuple[str, ...] = ()

    def line(self) -> dict[str, Any]:
        """Return it as ``/algorithms`` says it."""
        features = {
            name: {"description": text, "coefficient": 1.0, "url": None}
            for name, text in FEATURES.items()
            if name == "name" or not self.names_only
        }
        config = {
            name: {"type": "float", "description": _CONFIG[name], "default": None}
            for name in self.config
        }
        docs = {"features": features, "config": config}
        return {
            "name": self.name, "description": self.description, "features": features, "docs": docs,
        }  # fmt: skip


_ALIAS: Final = "Accepted from clients that name it; answered by Maillon's own score."
_NAMES: Final = "Accepted from clients that name it; Maillon's own score of the names alone."
ALGORITHMS: Final = (
    Algorithm(OURS, "Maillon's own score: calibrated, explained fact by fact, rounded to 1e-6."),
    Algorithm("logic-v2", _ALIAS, config=tuple(_CONFIG)),
    Algorithm("logic-v1", _ALIAS),
    Algorithm("regression-v1", _ALIAS),
    Algorithm("name-qualified", _ALIAS),
    Algorithm("name-based", _NAMES, names_only=True),
    Algorithm("ofac-249", _NAMES, names_only=True),
)


def algorithm_of(name: str) -> Algorithm:
    """Return the algorithm of a name, or raise 400."""
    wanted = name.lower().strip()
    for one in ALGORITHMS:
        if one.name == (OURS if wanted == BEST else wanted):
            return one
    raise HTTPException(
        400, "Invalid algorithm: there are " + ", ".join(a.name for a in ALGORITHMS)
    )
