"""A record against the lists: one normaliser, candidates, an explained score, a receipt."""

from maillon.screen.entry import Entry, Name, dataset_entries, entry, list_entries
from maillon.screen.normalise import VERSION, name_key, parts, skeleton, skeleton_key, words
from maillon.screen.score import Band, Reason, Scored, recompute
from maillon.screen.screen import Hit, Screen, Screened, digest

__all__ = [
    "VERSION",
    "Band",
    "Entry",
    "Hit",
    "Name",
    "Reason",
    "Scored",
    "Screen",
    "Screened",
    "dataset_entries",
    "digest",
    "entry",
    "list_entries",
    "name_key",
    "parts",
    "recompute",
    "skeleton",
    "skeleton_key",
    "words",
]
