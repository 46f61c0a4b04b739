"""The verbs of both clients, by group.

Written by `python3 dev.py client` from the OpenAPI document.
"""

from maillon.client.call import Asking, AskingSoon, Group, SoonGroup
from maillon.client.verbs.deliveries import DeliveriesVerbs
from maillon.client.verbs.facts_by_hand import FactsByHandVerbs
from maillon.client.verbs.files import FilesVerbs
from maillon.client.verbs.jobs import JobsVerbs
from maillon.client.verbs.ledger import LedgerVerbs
from maillon.client.verbs.records import RecordsVerbs
from maillon.client.verbs.resolution import ResolutionVerbs
from maillon.client.verbs.screening import ScreeningVerbs
from maillon.client.verbs.standing_questions import StandingQuestionsVerbs


class _RecordsVerbs(RecordsVerbs, Group):
    """Of records, at once."""


class _SoonRecordsVerbs(RecordsVerbs, SoonGroup):
    """Of records, awaited."""


class _ScreeningVerbs(ScreeningVerbs, Group):
    """Of screening, at once."""


class _SoonScreeningVerbs(ScreeningVerbs, SoonGroup):
    """Of screening, awaited."""


class _ResolutionVerbs(ResolutionVerbs, Group):
    """Of resolution, at once."""


class _SoonResolutionVerbs(ResolutionVerbs, SoonGroup):
    """Of resolution, awaited."""


class _DeliveriesVerbs(DeliveriesVerbs, Group):
    """Of deliveries, at once."""


class _SoonDeliveriesVerbs(DeliveriesVerbs, SoonGroup):
    """Of deliveries, awaited."""


class _FilesVerbs(FilesVerbs, Group):
    """Of files, at once."""


class _SoonFilesVerbs(FilesVerbs, SoonGroup):
    """Of files, awaited."""


class _JobsVerbs(JobsVerbs, Group):
    """Of jobs, at once."""


class _SoonJobsVerbs(JobsVerbs, SoonGroup):
    """Of jobs, awaited."""


class _StandingQuestionsVerbs(StandingQuestionsVerbs, Group):
    """Of standing questions, at once."""


class _SoonStandingQuestionsVerbs(StandingQuestionsVerbs, SoonGroup):
    """Of standing questions, awaited."""


class _FactsByHandVerbs(FactsByHandVerbs, Group):
    """Of facts by hand, at once."""


class _SoonFactsByHandVerbs(FactsByHandVerbs, SoonGroup):
    """Of facts by hand, awaited."""


class _LedgerVerbs(LedgerVerbs, Group):
    """Of ledger, at once."""


class _SoonLedgerVerbs(LedgerVerbs, SoonGroup):
    """Of ledger, awaited."""


class Verbs:
    """The verbs by group.

    Args:
        client: Asks.
    """

    def __init__(self, client: Asking) -> None:
        self.records = _RecordsVerbs(client)
        self.screening = _ScreeningVerbs(client)
        self.resolution = _ResolutionVerbs(client)
        self.deliveries = _DeliveriesVerbs(client)
        self.files = _FilesVerbs(client)
        self.jobs = _JobsVerbs(client)
        self.standing_questions = _StandingQuestionsVerbs(client)
        self.facts_by_hand = _FactsByHandVerbs(client)
        self.ledger = _LedgerVerbs(client)


class AsyncVerbs:
    """The verbs by group.

    Args:
        client: Asks.
    """

    def __init__(self, client: AskingSoon) -> None:
        self.records = _SoonRecordsVerbs(client)
        self.screening = _SoonScreeningVerbs(client)
        self.resolution = _SoonResolutionVerbs(client)
        self.deliveries = _SoonDeliveriesVerbs(client)
        self.files = _SoonFilesVerbs(client)
        self.jobs = _SoonJobsVerbs(client)
        self.standing_questions = _SoonStandingQuestionsVerbs(client)
        self.facts_by_hand = _SoonFactsByHandVerbs(client)
        self.ledger = _SoonLedgerVerbs(client)
