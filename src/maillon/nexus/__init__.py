"""Canonical entities to leads: evidenced paths from a terrorism to an organised-crime anchor."""

from maillon.nexus.anchors import Anchor
from maillon.nexus.around import Around, around, around_line
from maillon.nexus.assessed import Assessed, Standing, assess, statements_of, weighed
from maillon.nexus.between import Routes, routes
from maillon.nexus.channels import CHANNELS, Channel
from maillon.nexus.chart_anx import chart_anx
from maillon.nexus.chart_drawing import chart_svg
from maillon.nexus.chart_files import chart_ftm, chart_gexf, chart_graphml, rewritten
from maillon.nexus.charted import charted_links, charted_nodes, pairs_among
from maillon.nexus.demand import UnknownEntityError, between_line
from maillon.nexus.dossier import UnknownLeadError, explain_lead, survey_coverage
from maillon.nexus.drawing import svg
from maillon.nexus.explain import explanation
from maillon.nexus.export import LANGUAGES, Note, gexf, graphml, word
from maillon.nexus.features import FEATURES
from maillon.nexus.graph import Graph, build_graph, open_graph
from maillon.nexus.graphfile import seen
from maillon.nexus.guarded import guarded
from maillon.nexus.lead import Hop, Lead, Path, Remark, Trace
from maillon.nexus.links import Bench, Hub
from maillon.nexus.paths import Cut
from maillon.nexus.places import NOT_PLACED, Located, places
from maillon.nexus.settings import (
    LARGEST_OPENED,
    MOST_HOPS,
    MOST_HOPS_OF_TWO,
    AroundSettings,
    BetweenSettings,
    TraceSettings,
)
from maillon.nexus.taken import take
from maillon.nexus.tracing import trace
from maillon.nexus.vocabulary import Term, TermKind, UnknownTermError, checked, vocabulary

__all__ = [
    "CHANNELS",
    "FEATURES",
    "LANGUAGES",
    "LARGEST_OPENED",
    "MOST_HOPS",
    "MOST_HOPS_OF_TWO",
    "NOT_PLACED",
    "Anchor",
    "Around",
    "AroundSettings",
    "Assessed",
    "Bench",
    "BetweenSettings",
    "Channel",
    "Cut",
    "Graph",
    "Hop",
    "Hub",
    "Lead",
    "Located",
    "Note",
    "Path",
    "Remark",
    "Routes",
    "Standing",
    "Term",
    "TermKind",
    "Trace",
    "TraceSettings",
    "UnknownEntityError",
    "UnknownLeadError",
    "UnknownTermError",
    "around",
    "around_line",
    "assess",
    "between_line",
    "build_graph",
    "chart_anx",
    "chart_ftm",
    "chart_gexf",
    "chart_graphml",
    "chart_svg",
    "charted_links",
    "charted_nodes",
    "checked",
    "explain_lead",
    "explanation",
    "gexf",
    "graphml",
    "guarded",
    "open_graph",
    "pairs_among",
    "places",
    "rewritten",
    "routes",
    "seen",
    "statements_of",
    "survey_coverage",
    "svg",
    "take",
    "trace",
    "vocabulary",
    "weighed",
    "word",
]
