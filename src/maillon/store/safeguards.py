"""What people write down so that the law holds: one door to the desk's tables of safeguards."""

from collections.abc import Mapping

from maillon.policy import Person
from maillon.store.anchoring import Anchoring
from maillon.store.cases import Cases
from maillon.store.categories import Categories
from maillon.store.desk import Desk
from maillon.store.glass import BreakGlass
from maillon.store.pointers import Pointers
from maillon.store.protections import Protections
from maillon.store.releases import Releases
from maillon.store.second import People
from maillon.store.second_looks import SecondLooks
from maillon.store.teams import Teams
from maillon.store.validations import Validations


class Safeguards:
    """The safeguards of one desk.

    Args:
        desk: Holds them.
        people: Accounts by name.
        second_look: Share of the dismissed hits that a second person sees again.

    Attributes:
        people: Who approves, who is whom.
        cases: Cases, their members, declarations.
        teams: Joint teams.
        glass: Break-glass.
        protections: Of entities.
        categories: Of data subjects, per case.
        anchoring: Anchors by hand.
        validations: What people made of hits and leads.
        second_looks: What a second person makes of a hit, not knowing of the first.
        releases: Consents and sanitisations; what leaves.
        pointers: The brokers' queues.
    """

    def __init__(self, desk: Desk, people: Mapping[str, Person], second_look: float = 0.0) -> None:
        self.people = People(people)
        self.cases = Cases(desk, self.people)
        self.teams = Teams(desk, self.people)
        self.glass = BreakGlass(desk, self.people)
        self.protections = Protections(desk, self.people)
        self.categories = Categories(desk)
        self.anchoring = Anchoring(desk, self.people)
        self.validations = Validations(desk, self.people)
        self.second_looks = SecondLooks(desk, self.people, second_look)
        self.releases = Releases(desk, self.people, self.validations)
        self.pointers = Pointers(desk, self.people)
