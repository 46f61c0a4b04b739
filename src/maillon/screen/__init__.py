"""A record against the lists: one normaliser, candidates, an explained score, a receipt."""

from maillon.screen.answer import Answered, Asked, room, rule
from maillon.screen.entry import FACT_PROPS, NAME_PROPS, TAGGED, Entry, Name, Part, entry
from maillon.screen.facts import compared
from maillon.screen.index import Segment, build, open_segment
from maillon.screen.listed import dataset_entries, list_entries, statement_ids
from maillon.screen.lists import index_name, open_index, write_index
from maillon.screen.merge import merge
from maillon.screen.normalise import VERSION, name_key, parts, skeleton, skeleton_key, words
from maillon.screen.pool import build_large
from maillon.screen.reason import Band, Reason
from maillon.screen.rules import Rules, Use, read_rules
from maillon.screen.score import Scored
from maillon.screen.screen import Hit, Screen, Screened, algorithm, digest, pair_score
from maillon.screen.subjects import (
    Changed,
    birth_dates,
    compare_marks,
    differences,
    left_behind,
    list_marks,
    placed,
    places,
    questions,
    subject_marks,
)

__all__ = [
    "FACT_PROPS",
    "NAME_PROPS",
    "TAGGED",
    "VERSION",
    "Answered",
    "Asked",
    "Band",
    "Changed",
    "Entry",
    "Hit",
    "Name",
    "Part",
    "Reason",
    "Rules",
    "Scored",
    "Screen",
    "Screened",
    "Segment",
    "Use",
    "algorithm",
    "birth_dates",
    "build",
    "build_large",
    "compare_marks",
    "compared",
    "dataset_entries",
    "differences",
    "digest",
    "entry",
    "index_name",
    "left_behind",
    "list_entries",
    "list_marks",
    "merge",
    "name_key",
    "open_index",
    "open_segment",
    "pair_score",
    "parts",
    "placed",
    "places",
    "questions",
    "read_rules",
    "room",
    "rule",
    "skeleton",
    "skeleton_key",
    "statement_ids",
    "subject_marks",
    "words",
    "write_index",
]
