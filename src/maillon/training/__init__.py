"""Ruritania: a synthetic country that writes its agencies' files in their real formats.

And its truth.
"""

from maillon.training.checks import Checks, self_checks
from maillon.training.country import Country, write
from maillon.training.likelihood import Oracle, Ranked, oracle
from maillon.training.listed import listed_names
from maillon.training.people import normalised
from maillon.training.scoring import Missed, Score, score
from maillon.training.variant import USUAL, Variant

__all__ = [
    "USUAL",
    "Checks",
    "Country",
    "Missed",
    "Oracle",
    "Ranked",
    "Score",
    "Variant",
    "listed_names",
    "normalised",
    "oracle",
    "score",
    "self_checks",
    "write",
]
