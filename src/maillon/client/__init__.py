"""The Python client of a Maillon service: typed, at once or awaited, the verbs of the API."""

from maillon.client.call import Page, Tagged
from maillon.client.client import AsyncClient, Client
from maillon.client.errors import ServiceError, error_of

__all__ = ["AsyncClient", "Client", "Page", "ServiceError", "Tagged", "error_of"]
