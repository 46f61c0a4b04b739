"""As test_leak.py, for jobs, intake, standing questions and facts by hand."""

from collections.abc import Iterator

import pytest

from maillon.store.by_hand import HandFacts
from maillon.store.jobs import Jobs
from maillon.store.proposals import Proposals
from maillon.store.saved_searches import SavedSearches
from maillon.store.standing_questions import StandingQuestions
from maillon.store.uploads import Uploads
from maillon.store.visits import Visits
from maillon.workspace import Workspace
from maillon.workspace.asking import Asking
from maillon.workspace.byhand import ByHand
from maillon.workspace.finding import Finding
from maillon.workspace.onboarding import Onboarding
from maillon.workspace.receiving import Receiving
from maillon.workspace.screenupload import ScreenUploads

from .service_verbs import ASKING_VERBS, BY_HAND_VERBS, RECEIVING_VERBS, SERVICE_VERBS
from .telling import told
from .test_leak import make, verbs_of
from .upload_verbs import FINDING_VERBS, ONBOARDING_VERBS, SCREEN_UPLOAD_VERBS, UPLOAD_VERBS

GROUPS = {
    "asking": ASKING_VERBS, "by_hand": BY_HAND_VERBS, "receiving": RECEIVING_VERBS,
    "service": SERVICE_VERBS, "onboarding": ONBOARDING_VERBS, "finding": FINDING_VERBS,
    "screen uploads": SCREEN_UPLOAD_VERBS, "uploads": UPLOAD_VERBS,
}  # fmt: skip


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Workspace, Workspace]]:
    folder = tmp_path_factory.mktemp("leak")
    with_it, without = make(folder / "a", sealed=True), make(folder / "b", sealed=False)
    yield with_it, without
    with_it.store.close()
    without.store.close()


@pytest.mark.parametrize(
    ("kind", "verbs"),
    [(Asking, ASKING_VERBS), (ByHand, BY_HAND_VERBS), (Receiving, RECEIVING_VERBS),
     (Onboarding, ONBOARDING_VERBS), (ScreenUploads, SCREEN_UPLOAD_VERBS),
     (Finding, FINDING_VERBS)],
)  # fmt: skip
def test_every_verb_is_listed(kind: type, verbs: dict[str, object]) -> None:
    assert verbs_of(kind) == set(verbs)


def test_every_verb_of_the_desk_is_listed() -> None:
    found = {
        f"{kind.__name__}.{verb}"
        for kind in (
            HandFacts,
            Jobs,
            Proposals,
            SavedSearches,
            StandingQuestions,
            Uploads,
            Visits,
        )
        for verb in verbs_of(kind)
    }
    assert found == {*SERVICE_VERBS, *UPLOAD_VERBS}


@pytest.mark.parametrize(
    ("group", "verb"), [(group, verb) for group in GROUPS for verb in sorted(GROUPS[group])]
)
def test_a_sealed_record_changes_no_answer(
    both: tuple[Workspace, Workspace], group: str, verb: str
) -> None:
    with_it, without = both
    assert told(with_it, GROUPS[group][verb]) == told(without, GROUPS[group][verb])
