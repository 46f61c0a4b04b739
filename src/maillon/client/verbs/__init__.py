"""The verbs of both clients, by group.

Written by `python3 dev.py client` from the OpenAPI document.
"""

from maillon.client.call import Asking, AskingSoon, Group, SoonGroup
from maillon.client.verbs.anchors import AnchorsVerbs
from maillon.client.verbs.breaches import BreachesVerbs
from maillon.client.verbs.cases import CasesVerbs
from maillon.client.verbs.charts import ChartsVerbs
from maillon.client.verbs.clearings import ClearingsVerbs
from maillon.client.verbs.deliveries import DeliveriesVerbs
from maillon.client.verbs.facts_by_hand import FactsByHandVerbs
from maillon.client.verbs.files import FilesVerbs
from maillon.client.verbs.hits import HitsVerbs
from maillon.client.verbs.holds import HoldsVerbs
from maillon.client.verbs.jobs import JobsVerbs
from maillon.client.verbs.judgements import JudgementsVerbs
from maillon.client.verbs.leads import LeadsVerbs
from maillon.client.verbs.ledger import LedgerVerbs
from maillon.client.verbs.onboarding import OnboardingVerbs
from maillon.client.verbs.places import PlacesVerbs
from maillon.client.verbs.pointers import PointersVerbs
from maillon.client.verbs.recipients import RecipientsVerbs
from maillon.client.verbs.records import RecordsVerbs
from maillon.client.verbs.releases import ReleasesVerbs
from maillon.client.verbs.requests import RequestsVerbs
from maillon.client.verbs.resolution import ResolutionVerbs
from maillon.client.verbs.retention import RetentionVerbs
from maillon.client.verbs.safeguards import SafeguardsVerbs
from maillon.client.verbs.screening import ScreeningVerbs
from maillon.client.verbs.screening_files import ScreeningFilesVerbs
from maillon.client.verbs.searches import SearchesVerbs
from maillon.client.verbs.second_looks import SecondLooksVerbs
from maillon.client.verbs.standing_questions import StandingQuestionsVerbs
from maillon.client.verbs.teams import TeamsVerbs
from maillon.client.verbs.verdicts import VerdictsVerbs


class _RecordsVerbs(RecordsVerbs, Group):
    """Of records, at once."""


class _SoonRecordsVerbs(RecordsVerbs, SoonGroup):
    """Of records, awaited."""


class _SearchesVerbs(SearchesVerbs, Group):
    """Of searches, at once."""


class _SoonSearchesVerbs(SearchesVerbs, SoonGroup):
    """Of searches, awaited."""


class _ScreeningVerbs(ScreeningVerbs, Group):
    """Of screening, at once."""


class _SoonScreeningVerbs(ScreeningVerbs, SoonGroup):
    """Of screening, awaited."""


class _HitsVerbs(HitsVerbs, Group):
    """Of hits, at once."""


class _SoonHitsVerbs(HitsVerbs, SoonGroup):
    """Of hits, awaited."""


class _SecondLooksVerbs(SecondLooksVerbs, Group):
    """Of second looks, at once."""


class _SoonSecondLooksVerbs(SecondLooksVerbs, SoonGroup):
    """Of second looks, awaited."""


class _ClearingsVerbs(ClearingsVerbs, Group):
    """Of clearings, at once."""


class _SoonClearingsVerbs(ClearingsVerbs, SoonGroup):
    """Of clearings, awaited."""


class _ResolutionVerbs(ResolutionVerbs, Group):
    """Of resolution, at once."""


class _SoonResolutionVerbs(ResolutionVerbs, SoonGroup):
    """Of resolution, awaited."""


class _JudgementsVerbs(JudgementsVerbs, Group):
    """Of judgements, at once."""


class _SoonJudgementsVerbs(JudgementsVerbs, SoonGroup):
    """Of judgements, awaited."""


class _LeadsVerbs(LeadsVerbs, Group):
    """Of leads, at once."""


class _SoonLeadsVerbs(LeadsVerbs, SoonGroup):
    """Of leads, awaited."""


class _ChartsVerbs(ChartsVerbs, Group):
    """Of charts, at once."""


class _SoonChartsVerbs(ChartsVerbs, SoonGroup):
    """Of charts, awaited."""


class _PlacesVerbs(PlacesVerbs, Group):
    """Of places, at once."""


class _SoonPlacesVerbs(PlacesVerbs, SoonGroup):
    """Of places, awaited."""


class _VerdictsVerbs(VerdictsVerbs, Group):
    """Of verdicts, at once."""


class _SoonVerdictsVerbs(VerdictsVerbs, SoonGroup):
    """Of verdicts, awaited."""


class _AnchorsVerbs(AnchorsVerbs, Group):
    """Of anchors, at once."""


class _SoonAnchorsVerbs(AnchorsVerbs, SoonGroup):
    """Of anchors, awaited."""


class _PointersVerbs(PointersVerbs, Group):
    """Of pointers, at once."""


class _SoonPointersVerbs(PointersVerbs, SoonGroup):
    """Of pointers, awaited."""


class _CasesVerbs(CasesVerbs, Group):
    """Of cases, at once."""


class _SoonCasesVerbs(CasesVerbs, SoonGroup):
    """Of cases, awaited."""


class _TeamsVerbs(TeamsVerbs, Group):
    """Of teams, at once."""


class _SoonTeamsVerbs(TeamsVerbs, SoonGroup):
    """Of teams, awaited."""


class _SafeguardsVerbs(SafeguardsVerbs, Group):
    """Of safeguards, at once."""


class _SoonSafeguardsVerbs(SafeguardsVerbs, SoonGroup):
    """Of safeguards, awaited."""


class _ReleasesVerbs(ReleasesVerbs, Group):
    """Of releases, at once."""


class _SoonReleasesVerbs(ReleasesVerbs, SoonGroup):
    """Of releases, awaited."""


class _DeliveriesVerbs(DeliveriesVerbs, Group):
    """Of deliveries, at once."""


class _SoonDeliveriesVerbs(DeliveriesVerbs, SoonGroup):
    """Of deliveries, awaited."""


class _FilesVerbs(FilesVerbs, Group):
    """Of files, at once."""


class _SoonFilesVerbs(FilesVerbs, SoonGroup):
    """Of files, awaited."""


class _OnboardingVerbs(OnboardingVerbs, Group):
    """Of onboarding, at once."""


class _SoonOnboardingVerbs(OnboardingVerbs, SoonGroup):
    """Of onboarding, awaited."""


class _ScreeningFilesVerbs(ScreeningFilesVerbs, Group):
    """Of screening files, at once."""


class _SoonScreeningFilesVerbs(ScreeningFilesVerbs, SoonGroup):
    """Of screening files, awaited."""


class _FactsByHandVerbs(FactsByHandVerbs, Group):
    """Of facts by hand, at once."""


class _SoonFactsByHandVerbs(FactsByHandVerbs, SoonGroup):
    """Of facts by hand, awaited."""


class _StandingQuestionsVerbs(StandingQuestionsVerbs, Group):
    """Of standing questions, at once."""


class _SoonStandingQuestionsVerbs(StandingQuestionsVerbs, SoonGroup):
    """Of standing questions, awaited."""


class _JobsVerbs(JobsVerbs, Group):
    """Of jobs, at once."""


class _SoonJobsVerbs(JobsVerbs, SoonGroup):
    """Of jobs, awaited."""


class _RequestsVerbs(RequestsVerbs, Group):
    """Of requests, at once."""


class _SoonRequestsVerbs(RequestsVerbs, SoonGroup):
    """Of requests, awaited."""


class _BreachesVerbs(BreachesVerbs, Group):
    """Of breaches, at once."""


class _SoonBreachesVerbs(BreachesVerbs, SoonGroup):
    """Of breaches, awaited."""


class _RetentionVerbs(RetentionVerbs, Group):
    """Of retention, at once."""


class _SoonRetentionVerbs(RetentionVerbs, SoonGroup):
    """Of retention, awaited."""


class _HoldsVerbs(HoldsVerbs, Group):
    """Of holds, at once."""


class _SoonHoldsVerbs(HoldsVerbs, SoonGroup):
    """Of holds, awaited."""


class _RecipientsVerbs(RecipientsVerbs, Group):
    """Of recipients, at once."""


class _SoonRecipientsVerbs(RecipientsVerbs, SoonGroup):
    """Of recipients, awaited."""


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
        self.searches = _SearchesVerbs(client)
        self.screening = _ScreeningVerbs(client)
        self.hits = _HitsVerbs(client)
        self.second_looks = _SecondLooksVerbs(client)
        self.clearings = _ClearingsVerbs(client)
        self.resolution = _ResolutionVerbs(client)
        self.judgements = _JudgementsVerbs(client)
        self.leads = _LeadsVerbs(client)
        self.charts = _ChartsVerbs(client)
        self.places = _PlacesVerbs(client)
        self.verdicts = _VerdictsVerbs(client)
        self.anchors = _AnchorsVerbs(client)
        self.pointers = _PointersVerbs(client)
        self.cases = _CasesVerbs(client)
        self.teams = _TeamsVerbs(client)
        self.safeguards = _SafeguardsVerbs(client)
        self.releases = _ReleasesVerbs(client)
        self.deliveries = _DeliveriesVerbs(client)
        self.files = _FilesVerbs(client)
        self.onboarding = _OnboardingVerbs(client)
        self.screening_files = _ScreeningFilesVerbs(client)
        self.facts_by_hand = _FactsByHandVerbs(client)
        self.standing_questions = _StandingQuestionsVerbs(client)
        self.jobs = _JobsVerbs(client)
        self.requests = _RequestsVerbs(client)
        self.breaches = _BreachesVerbs(client)
        self.retention = _RetentionVerbs(client)
        self.holds = _HoldsVerbs(client)
        self.recipients = _RecipientsVerbs(client)
        self.ledger = _LedgerVerbs(client)


class AsyncVerbs:
    """The verbs by group.

    Args:
        client: Asks.
    """

    def __init__(self, client: AskingSoon) -> None:
        self.records = _SoonRecordsVerbs(client)
        self.searches = _SoonSearchesVerbs(client)
        self.screening = _SoonScreeningVerbs(client)
        self.hits = _SoonHitsVerbs(client)
        self.second_looks = _SoonSecondLooksVerbs(client)
        self.clearings = _SoonClearingsVerbs(client)
        self.resolution = _SoonResolutionVerbs(client)
        self.judgements = _SoonJudgementsVerbs(client)
        self.leads = _SoonLeadsVerbs(client)
        self.charts = _SoonChartsVerbs(client)
        self.places = _SoonPlacesVerbs(client)
        self.verdicts = _SoonVerdictsVerbs(client)
        self.anchors = _SoonAnchorsVerbs(client)
        self.pointers = _SoonPointersVerbs(client)
        self.cases = _SoonCasesVerbs(client)
        self.teams = _SoonTeamsVerbs(client)
        self.safeguards = _SoonSafeguardsVerbs(client)
        self.releases = _SoonReleasesVerbs(client)
        self.deliveries = _SoonDeliveriesVerbs(client)
        self.files = _SoonFilesVerbs(client)
        self.onboarding = _SoonOnboardingVerbs(client)
        self.screening_files = _SoonScreeningFilesVerbs(client)
        self.facts_by_hand = _SoonFactsByHandVerbs(client)
        self.standing_questions = _SoonStandingQuestionsVerbs(client)
        self.jobs = _SoonJobsVerbs(client)
        self.requests = _SoonRequestsVerbs(client)
        self.breaches = _SoonBreachesVerbs(client)
        self.retention = _SoonRetentionVerbs(client)
        self.holds = _SoonHoldsVerbs(client)
        self.recipients = _SoonRecipientsVerbs(client)
        self.ledger = _SoonLedgerVerbs(client)
