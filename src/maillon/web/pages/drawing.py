"""How a page is drawn: templates with escaping on, the frame around every page, its headers."""

from collections.abc import Mapping
from functools import partial
from typing import Any, Final

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from starlette.responses import HTMLResponse, Response

from maillon.screen import NAME_PROPS, TAGGED
from maillon.web.pages.card_words import carded, differed
from maillon.web.pages.cells import cell, field, value
from maillon.web.pages.codes import said
from maillon.web.pages.facts import fact, remark, spoken
from maillon.web.pages.language import LANGUAGES, Speech, speeches
from maillon.web.pages.latin import latin
from maillon.web.pages.ledger_words import act, detail, outcome, told
from maillon.web.pages.retelling import retold
from maillon.web.pages.values import data

POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "connect-src 'self'; worker-src 'self'; form-action 'self'; frame-ancestors 'none'; "
    "base-uri 'none'"
)
"""Content-Security-Policy of a page: nothing from outside, nothing inline."""


PART: Final = "HX-Request"
"""Header by which a page that is open asks for the part of it that changes."""


class Drawing:
    """Draws pages; one a service."""

    def __init__(self) -> None:
        self.speeches = speeches()
        self._environments = {code: _environment(one) for code, one in self.speeches.items()}

    def page(
        self, language: str, template: str, values: Mapping[str, Any], status: int = 200
    ) -> Response:
        """Return a page.

        Args:
            language: Code of its language.
            template: Name of the template, without its ending.
            values: What stands in it.
            status: HTTP status.
        """
        text = self._environments[language].get_template(f"{template}.html").render(values)
        headers = {
            "content-security-policy": POLICY, "content-language": language,
            "cache-control": "no-store", "vary": PART,
            "referrer-policy": "same-origin",  # or a form does not say where it comes from
        }  # fmt: skip
        return HTMLResponse(text, status, headers)


def _environment(speech: Speech) -> Environment:
    found = Environment(
        loader=PackageLoader("maillon.web.pages"), undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True, autoescape=select_autoescape(default=True),
        extensions=["jinja2.ext.i18n"],
    )  # fmt: skip
    found.install_gettext_translations(speech.words, newstyle=True)  # type: ignore[attr-defined]  # the extension's own
    found.globals |= {
        "language": speech.language, "languages": list(LANGUAGES.values()),
        "name_props": frozenset((*NAME_PROPS, *TAGGED)),
    }  # fmt: skip
    found.filters |= {
        "data": data, "moment": speech.moment, "day": speech.day, "number": speech.number,
        "share": speech.share, "precise": speech.precise, "said": partial(said, speech),
        "cell": partial(cell, speech), "field": partial(field, speech),
        "value": partial(value, speech),
        "fact": partial(fact, speech), "remark": partial(remark, speech),
        "act": partial(act, speech), "outcome": partial(outcome, speech),
        "detail": partial(detail, speech), "told": partial(told, speech),
        "carded": partial(carded, speech), "differed": partial(differed, speech),
        "spoken": partial(spoken, speech), "latin": partial(latin, speech),
        "retold": partial(retold, speech),
    }  # fmt: skip
    return found
