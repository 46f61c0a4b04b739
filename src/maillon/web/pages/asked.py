"""Who asks for a page, in which language, under which mandate; and whether a form is our own."""

import hashlib
import hmac
from dataclasses import dataclass
from typing import Annotated, Any, Final
from urllib.parse import quote, urlsplit

from fastapi import Depends, Path, Query, Request
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from maillon.model import Act, View
from maillon.store.clock import utc_now
from maillon.store.login.sessions import Opened, csrf_of
from maillon.web.depends import ServiceDep
from maillon.web.identity import Call, Caller
from maillon.web.login.keeper import Keeper, KeeperDep
from maillon.web.pages.drawing import PART, Drawing
from maillon.web.pages.language import LANGUAGES, Speech
from maillon.web.service import Service

MOST_FIELDS = 200
_OF_PATHS = "/:@!$&'()*+,;=~"
"""Marks that stand in a path as they are. Source: RFC 3986, 3.3."""


class ElsewhereError(Exception):
    """The person must go elsewhere first.

    Args:
        place: Address of the page.
    """

    def __init__(self, place: str) -> None:
        super().__init__(place)
        self.place = place


@dataclass(frozen=True, slots=True)
class Asked:
    """One page that is asked for.

    Attributes:
        request: The request.
        service: What answers.
        keeper: Who knows sessions.
        language: Code of the page's language.
        opened: The session.
    """

    request: Request
    service: Service
    keeper: Keeper
    language: str
    opened: Opened

    @property
    def call(self) -> Call:
        """What the API calls the same: workspace, mandate, views."""
        session = self.opened.session
        caller = Caller(
            session.who, "session", session.id, is_fresh=self.keeper.is_fresh(session),
            mandate=session.mandate,
        )  # fmt: skip
        return Call(self.service, caller, session.mandate)

    @property
    def speech(self) -> Speech:
        """The page's language, ready to speak."""
        return drawing_of(self.service).speeches[self.language]

    @property
    def is_part(self) -> bool:
        """Whether a page that is open asks for the part of it that changes, not for a page."""
        return is_part(self.request)

    def view(self, act: Act, verb: str) -> View:
        """Return what the session may read for an act; the ledger has it."""
        return self.call.view(act, f"page {verb}")

    def draw(self, template: str, *, status: int = 200, **values: Any) -> Response:  # noqa: ANN401 - of any template
        """Return a page with the frame around it."""
        session = self.opened.session
        frame = {
            "mandate": session.mandate, "who": session.who, "csrf": csrf_of(self.opened.token),
            "path": self.request.url.path, "query": self.request.url.query, "here": "",
            "person": self.keeper.gate.people.get(session.who), "title": self.service.config.title,
            "is_fresh": self.keeper.is_fresh(session), "is_part": self.is_part,
            "now": utc_now(), "theme": theme_of(self.request),
            "frame": "part.html" if self.is_part else "frame.html",
        }  # fmt: skip
        return drawing_of(self.service).page(self.language, template, frame | values, status)

    def go(self, place: str) -> Response:
        """Return a redirection to a page of the same language, after something was done."""
        return RedirectResponse(f"/{self.language}{place}", 303)

    def draft(self, *what: str) -> str:
        """Return the name under which a browser tab keeps what this person began to write.

        It outlives the session, and says nothing of whom it is about.
        """
        text = "\x1f".join((self.opened.session.who, *what))
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    async def form(self, most: int = MOST_FIELDS) -> dict[str, str]:
        """Return the fields of a form of our own page.

        Args:
            most: Fields that it may have.

        Raises:
            HTTPException: 403: another page sent it; 422: it brings a file or too much.
        """
        return self.checked(fields_of(await self.request.form(max_files=0, max_fields=most)))

    async def form_with_file(self, name: str) -> tuple[dict[str, str], bytes]:
        """Return the fields of a form of our own page, and the bytes of the file it brings.

        Args:
            name: Of the field that brings the file.

        Raises:
            HTTPException: As `form`.
        """
        sent = await self.request.form(max_files=1, max_fields=MOST_FIELDS)
        held = sent.get(name)
        raw = await held.read() if isinstance(held, UploadFile) else b""
        plain = FormData([one for one in sent.multi_items() if one[0] != name])
        await sent.close()
        return self.checked(fields_of(plain)), raw

    def checked(self, found: dict[str, str]) -> dict[str, str]:
        """Return the fields of a form of our own page, without what proves that it is.

        Raises:
            HTTPException: 403: another page sent it.
        """
        self.keeper.browser.check_origin(self.request)
        given = found.pop("csrf", "").encode("utf-8", "backslashreplace")
        if not hmac.compare_digest(given, csrf_of(self.opened.token).encode()):
            raise HTTPException(403, "no page of this service sent it: open the page again")
        return found


def fields_of(sent: FormData) -> dict[str, str]:
    """Return the fields of a form; of one that is sent twice, its values by line."""
    found: dict[str, str] = {}
    for name, value in sent.multi_items():
        if isinstance(value, UploadFile):
            raise HTTPException(422, "a file was sent where none is taken")
        found[name] = f"{found[name]}\n{value}" if name in found else value
    return found


def is_part(request: Request) -> bool:
    """Return whether a page that is open asks for the part of it that changes."""
    return request.headers.get(PART) == "true"


def address_of(request: Request) -> str:
    """Return the address that is asked for, without the host."""
    query = request.scope["query_string"].decode("latin-1")
    return quote(request.scope["path"], safe=_OF_PATHS) + (f"?{query}" if query else "")


def place_of(request: Request) -> str:
    """Return the address of the page that is asked for, or that asks for a part of itself."""
    if not is_part(request):
        return address_of(request)
    try:
        parts = urlsplit(request.headers.get("hx-current-url", ""))
    except ValueError:
        return ""
    return parts.path + (f"?{parts.query}" if parts.query else "")


def drawing_of(service: Service) -> Drawing:
    """Return what draws the pages of a service."""
    drawing = service.drawing
    assert isinstance(drawing, Drawing)
    return drawing


def language_of(language: Annotated[str, Path()]) -> str:
    """Return the language in a page's address, or raise 404."""
    if language not in LANGUAGES:
        raise HTTPException(404, "Not Found")
    return language


LanguageDep = Annotated[str, Depends(language_of)]


def asked_of(
    request: Request, service: ServiceDep, keeper: KeeperDep, language: LanguageDep
) -> Asked:
    """Return the page that a request asks for; whoever is not logged in goes there first.

    Raises:
        ElsewhereError: There is no session, or something must be done first.
    """
    token = keeper.browser.token(request)
    session = keeper.sessions.find(token) if token else None
    if session is None:
        place = place_of(request)
        if len(place) > MOST_NEXT:  # e.g. a map of five hundred: the page itself, empty
            place = request.url.path
        raise ElsewhereError(f"/{language}/login?next={quote(place, safe='')}")
    if session.needs:
        raise ElsewhereError(f"/{language}/account/{session.needs}")
    return Asked(request, service, keeper, language, Opened(session, token))


AskedDep = Annotated[Asked, Depends(asked_of)]
THEME: Final = "theme"
"""The cookie that says how the pages of a browser look."""
THEMES: Final = ("light", "dark", "contrast")


def theme_of(request: Request) -> str:
    """Return how a browser's pages look, as its person chose; empty: as the device does."""
    said = request.cookies.get(THEME, "")
    return said if said in THEMES else ""


MOST_NEXT: Final = 2_000
"""Characters of the address to which a login comes back."""
Before = Annotated[int, Query(ge=0, le=10_000_000)]
"""How many lines of a list were shown before these."""
