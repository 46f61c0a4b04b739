"""The desk: what people write down so that the law holds, as lists and forms.

Each form calls the very function that answers its twin in the API; which fields it has is read from
the body that this function takes.
"""

from maillon.web.pages.desk.routes import router

__all__ = ["router"]
