"""All endpoints at the root."""

from fastapi import APIRouter

from maillon.web.yente import catalog, entities, matching, reconcile, searching

router = APIRouter()
for part in (catalog, matching, searching, entities, reconcile):
    router.include_router(part.router)
