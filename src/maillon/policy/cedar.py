"""Decisions by Cedar: any error, any missing attribute, anything but a clear *allow* denies.

Cedar ignores a policy whose evaluation fails, so a failing ``forbid`` would allow: here a request
with a diagnostic is denied, whatever the decision says. Source: Cedar Policy Language, reference
guide, "Authorization".
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from maillon.model import StoreError

if TYPE_CHECKING:
    import cedarpy

_WORKSPACE: Final = {"type": "Workspace", "id": "here"}
_ACCOUNTS: Final = {"type": "Accounts", "id": "here"}


@dataclass(frozen=True, slots=True)
class Provision:
    """What a policy says when it refuses.

    Attributes:
        policy: Its ``@id``.
        provision: Its ``@provision``.
        says: Its ``@says``, with ``{names}``.
        remedy: Its ``@remedy``, with ``{names}``.
    """

    policy: str
    provision: str
    says: str
    remedy: str


ERROR: Final = Provision(
    "error", "policy: evaluation",
    "the policies could not be evaluated for this mandate",
    "the administrator runs `maillon doctor`; the ledger names the error",
)  # fmt: skip
"""Why an evaluation that failed is refused."""

DEFAULT: Final = Provision(
    "default", "S/2020/754, para. 116 (legality)", "no policy permits the act {act!r}",
    "the administrator adds a permit to law/policies.cedar",
)  # fmt: skip
"""Why what nothing permits is refused."""


class Judge:
    """Cedar over one law.

    Args:
        policies: The policies; each has an ``@id`` of its own.
        schema: The schema.

    Raises:
        StoreError: They do not parse, do not validate, or an ``@id`` is missing or stands twice.
    """

    def __init__(self, policies: str, schema: str) -> None:
        import cedarpy  # noqa: PLC0415 - 50 ms, and a decision that is known does not need it

        self._cedar = cedarpy
        try:
            self._schema = cedarpy.Schema.from_str(schema)
            result = cedarpy.validate_policies(policies, self._schema)
            static = json.loads(cedarpy.policies_to_json_str(policies))["staticPolicies"]
        except ValueError as error:
            raise StoreError(f"law/policies.cedar: {error}") from error
        if not result.validation_passed:
            raise StoreError(f"law/policies.cedar: {'; '.join(map(str, result.errors))}")
        named: dict[str, Any] = {}
        for policy in static.values():
            name = policy.get("annotations", {}).get("id")
            if not name or name in named:
                raise StoreError(f"law/policies.cedar: the @id {name!r} is missing or stands twice")
            named[name] = policy
        self._provisions = {name: _provision(name, one) for name, one in named.items()}
        # Cedar's JSON sorts them: the file's order says which refusal is named first
        order = re.findall(r'^@id\("([^"]+)"\)', policies, flags=re.MULTILINE)
        self._rank = {name: place for place, name in enumerate(order)}
        whole = {"staticPolicies": named, "templates": {}, "templateLinks": []}
        self._policies = cedarpy.PolicySet.from_json_str(json.dumps(whole))

    def act(
        self, person: Mapping[str, Any], act: str, context: Mapping[str, Any]
    ) -> tuple[Provision | None, list[str]]:
        """Return why the act is refused, or None; and Cedar's errors, if any."""
        return self._one(person, act, _WORKSPACE, context)

    def administer(
        self, person: Mapping[str, Any], context: Mapping[str, Any]
    ) -> tuple[Provision | None, list[str]]:
        """Return why managing an account is refused, or None; and Cedar's errors, if any."""
        return self._one(person, "administer", _ACCOUNTS, context)

    def _one(
        self,
        person: Mapping[str, Any],
        act: str,
        resource: Mapping[str, str],
        context: Mapping[str, Any],
    ) -> tuple[Provision | None, list[str]]:
        entities = [{"uid": _PERSON, "attrs": dict(person), "parents": []},
                    {"uid": dict(resource), "attrs": {}, "parents": []}]  # fmt: skip
        (result,) = self._asked([_request(act, resource, context)], entities)
        if result is None:
            return ERROR, ["the request does not fit the schema"]
        if result.diagnostics.errors:
            return ERROR, [str(one) for one in result.diagnostics.errors]
        if result.allowed:
            return None, []
        reasons = sorted(
            result.diagnostics.reasons, key=lambda name: self._rank.get(name, len(self._rank))
        )
        return (self._provisions[reasons[0]] if reasons else DEFAULT), []

    def labels(
        self,
        person: Mapping[str, Any],
        act: str,
        context: Mapping[str, Any],
        labels: Mapping[int, Mapping[str, Any]],
    ) -> frozenset[int]:
        """Return which labels may be read for the act; an error on one hides that one."""
        if not labels:
            return frozenset()
        entities: list[dict[str, Any]] = [{"uid": _PERSON, "attrs": dict(person), "parents": []}]
        entities += [
            {"uid": {"type": "Label", "id": str(number)}, "attrs": dict(said), "parents": []}
            for number, said in labels.items()
        ]
        requests = [
            _request(act, {"type": "Label", "id": str(number)}, context) for number in labels
        ]
        results = self._asked(requests, entities)
        return frozenset(
            number
            for number, result in zip(labels, results, strict=True)
            if result is not None and result.allowed and not result.diagnostics.errors
        )

    def _asked(
        self, requests: Sequence[dict[str, Any]], entities: Iterable[dict[str, Any]]
    ) -> "Sequence[cedarpy.AuthzResult | None]":
        try:
            held = self._cedar.Entities.from_json_str(json.dumps(list(entities)), self._schema)
            return self._cedar.is_authorized_batch(
                list(requests), self._policies, held, self._schema
            )
        except ValueError:  # an attribute is missing or of another type: nothing is decided
            return [None] * len(requests)


_PERSON: Final = {"type": "Person", "id": "asker"}


def _request(act: str, resource: Mapping[str, str], context: Mapping[str, Any]) -> dict[str, Any]:
    return {"principal": _PERSON, "action": {"type": "Action", "id": act},
            "resource": dict(resource), "context": dict(context)}  # fmt: skip


def _provision(name: str, policy: Mapping[str, Any]) -> Provision:
    said = policy["annotations"]
    if policy["effect"] == "forbid" and not said.get("provision"):
        raise StoreError(f"law/policies.cedar: {name}: a forbid cites its @provision")
    return Provision(
        name, said.get("provision", ""), said.get("says", DEFAULT.says),
        said.get("remedy", DEFAULT.remedy),
    )  # fmt: skip
