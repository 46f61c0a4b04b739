"""The endpoints of OpenSanctions' yente at the root: clients made for it work unchanged.

Source: the public contract of yente 5.5.0 (MIT), read and not copied; docs/yente.md lists what
differs.
"""

from maillon.web.yente.routes import router

__all__ = ["router"]
