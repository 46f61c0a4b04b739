"""The words of the field: statement, label, mandate, dataset, delivery, errors."""

from maillon.model.adapter import Adapter, Mode, Yielded
from maillon.model.dataset import Dataset, Delivery, delivery_id
from maillon.model.errors import (
    LimitError,
    MaillonError,
    NotFoundError,
    RefusedError,
    SourceError,
    StaleError,
    StoreError,
)
from maillon.model.label import PURPOSES, SYSTEM_LINKING, Act, Label, Mandate, View
from maillon.model.statement import (
    DOUBTFUL_BIRTH,
    LOCAL,
    UNGRADED,
    Grade,
    Kind,
    Purged,
    Statement,
    local_id,
    stamp_id,
    statement_id,
)

__all__ = [
    "DOUBTFUL_BIRTH",
    "LOCAL",
    "PURPOSES",
    "SYSTEM_LINKING",
    "UNGRADED",
    "Act",
    "Adapter",
    "Dataset",
    "Delivery",
    "Grade",
    "Kind",
    "Label",
    "LimitError",
    "MaillonError",
    "Mandate",
    "Mode",
    "NotFoundError",
    "Purged",
    "RefusedError",
    "SourceError",
    "StaleError",
    "Statement",
    "StoreError",
    "View",
    "Yielded",
    "delivery_id",
    "local_id",
    "stamp_id",
    "statement_id",
]
