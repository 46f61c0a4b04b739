"""May this mandate do this act, and on which labels? A view, or a refusal with its provision."""

from maillon.policy.people import Person
from maillon.policy.policy import Policy, Register, is_opened_here

__all__ = ["Person", "Policy", "Register", "is_opened_here"]
