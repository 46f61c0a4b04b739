"""Which records are one person, company or thing: scores, judgements, constrained clusters."""

from maillon.resolve.blocking import Blocking
from maillon.resolve.chain import explain_cluster
from maillon.resolve.comparisons import compared
from maillon.resolve.conflicts import Conflict
from maillon.resolve.explain import NoPairError, explain_pair
from maillon.resolve.fit import Fitted, fit, forget_models, write_models
from maillon.resolve.identity import changes, current, own_id
from maillon.resolve.joining import Kind
from maillon.resolve.model import Models
from maillon.resolve.online import Candidate, Online, Placed
from maillon.resolve.placeholders import is_placeholder, placeholders
from maillon.resolve.resolve import Resolved, build, cluster
from maillon.resolve.review import Proposal, Proposals, next_pairs
from maillon.resolve.sentences import LANGUAGES, next_sentences, pair_sentences, why_sentences
from maillon.resolve.state import KINDS, Clusters, State

__all__ = [
    "KINDS",
    "LANGUAGES",
    "Blocking",
    "Candidate",
    "Clusters",
    "Conflict",
    "Fitted",
    "Kind",
    "Models",
    "NoPairError",
    "Online",
    "Placed",
    "Proposal",
    "Proposals",
    "Resolved",
    "State",
    "build",
    "changes",
    "cluster",
    "compared",
    "current",
    "explain_cluster",
    "explain_pair",
    "fit",
    "forget_models",
    "is_placeholder",
    "next_pairs",
    "next_sentences",
    "own_id",
    "pair_sentences",
    "placeholders",
    "why_sentences",
    "write_models",
]
