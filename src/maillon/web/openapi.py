"""The OpenAPI document: what the service takes and answers, for programs."""

from typing import Any, Final

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from maillon.web.api.shapes import PREFIX, Problem
from maillon.web.identity import MANDATE_HEADERS

_REF: Final = "#/components/schemas/{model}"
_SAID: Final = {
    "agency": "For which agency; else what the session says.",
    "purpose": "For what purpose; else what the session says.",
    "legal_basis": "On which legal basis; else what the session says.",
    "case": "For which case; else what the session says.",
}
_VERBS: Final = ("get", "post", "put", "patch", "delete")


class Application(FastAPI):
    """A FastAPI application whose document names mandate, login and problems once."""

    def openapi(self) -> dict[str, Any]:
        """Return the document; it is made once."""
        if self.openapi_schema is None:
            self.openapi_schema = _document(self)
        return self.openapi_schema


def _document(app: FastAPI) -> dict[str, Any]:
    said = get_openapi(title=app.title, version=app.version, routes=app.routes)
    components = said.setdefault("components", {})
    problem = Problem.model_json_schema(ref_template=_REF)
    held = {**problem.pop("$defs"), "Problem": problem}
    components["schemas"] = dict(sorted({**components.get("schemas", {}), **held}.items()))
    components["parameters"] = {
        name: {
            "name": header, "in": "header", "required": False, "description": _SAID[name],
            "schema": {"type": "string", "maxLength": 500},
        }
        for name, header in MANDATE_HEADERS.items()
    }  # fmt: skip
    components["securitySchemes"] = {
        "key": {"type": "http", "scheme": "bearer"},
        "session": {"type": "apiKey", "in": "cookie", "name": "maillon"},
    }
    for path, item in said["paths"].items():
        if path.startswith(PREFIX):
            for verb in _VERBS:
                if verb in item:
                    _under_a_mandate(item[verb])
    return said


def _under_a_mandate(operation: dict[str, Any]) -> None:
    names = [{"$ref": f"#/components/parameters/{name}"} for name in MANDATE_HEADERS]
    operation["parameters"] = [*operation.get("parameters", []), *names]
    operation.setdefault("security", [{"key": []}, {"session": []}])
