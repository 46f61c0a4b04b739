"""A path's figures to a probability: a logistic model, trained elsewhere, kept as an artefact."""

import json
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import ClassVar, Final

import numpy as np

from maillon.model import MaillonError
from maillon.nexus.features import FEATURES
from maillon.nexus.links import Floats, Ints

ARTEFACT: Final = "leads-1.json"


class ModelError(MaillonError):
    """The artefact does not fit the code: other features, or no file."""

    exit_code: ClassVar[int] = 5
    http_status: ClassVar[int] = 503


@dataclass(frozen=True, slots=True)
class Logistic:
    """``p = 1 / (1 + exp(-(intercept + sum of weight x (feature - mean) / scale)))``.

    ``name`` is the artefact's version; ``trained_on`` says on which countries and with what
    prevalence.
    """

    name: str
    intercept: float
    mean: Floats
    scale: Floats
    weight: Floats
    trained_on: str

    def logit(self, figures: Floats) -> Floats:
        """Return the log odds of each row of ``figures``, rounded to 1e-6."""
        return self.logit_of(self.terms(figures).sum(axis=1))

    def terms(self, figures: Floats) -> Ints:
        """Return what each figure of each row adds to the log odds, in billionths."""
        terms = (figures - self.mean) / self.scale * self.weight
        return np.asarray(np.round(terms * 1e9), dtype=np.int64)

    def logit_of(self, terms: Ints) -> Floats:
        """Return the log odds of sums of `terms`, rounded to 1e-6."""
        return np.asarray(np.round(terms / 1e9 + self.intercept, 6), dtype=np.float64)

    def contributions(self, row: Floats) -> dict[str, float]:
        """Return what each figure of one path adds to its log odds, by feature name."""
        terms = (row - self.mean) / self.scale * self.weight
        return {name: round(float(term), 6) for name, term in zip(FEATURES, terms, strict=True)}


def probability_of(logit: Floats) -> Floats:
    """Return the probability of each log odds, rounded to 1e-6."""
    probability: Floats = np.round(1.0 / (1.0 + np.exp(-np.clip(logit, -40.0, 40.0))), 6)
    return probability


PLAIN: Final = ("surprise", "through", "identity", "time", "grade")
"""Figures whose plain sum ranks where nothing was learned: logarithms of likelihood ratios."""


def untrained() -> Logistic:
    """Return the ranking without a learned weight: the sum of `PLAIN`.

    Its log odds lack the share of pairs that are true, so that its posterior says too much; the
    q-value against rewired graphs does not need it.
    """
    count = len(FEATURES)
    weight = np.array([float(name in PLAIN) for name in FEATURES])
    return Logistic("untrained", 0.0, np.zeros(count), np.ones(count), weight, "nothing")


@cache
def logistic() -> Logistic:
    """Return the model that ships with this version.

    Raises:
        ModelError: Its features are not those of `features`.
    """
    text = resources.files("maillon.nexus").joinpath(f"models/{ARTEFACT}").read_text("utf-8")
    held = json.loads(text)
    if tuple(held["features"]) != FEATURES:
        reason = f"{ARTEFACT} was trained on other features; run bench/train_nexus.py again"
        raise ModelError(reason)
    return Logistic(
        name=held["name"],
        intercept=held["intercept"],
        mean=np.array(held["mean"]),
        scale=np.array(held["scale"]),
        weight=np.array(held["weight"]),
        trained_on=held["trained_on"],
    )
