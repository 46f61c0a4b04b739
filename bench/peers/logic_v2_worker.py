"""Scores pairs with logic-v2 of nomenklatura; runs in the environment that logic_v2.py makes.

Reads one JSON object a line: ``q`` and ``c`` (candidates), each ``{"schema", "properties"}``;
prints a list of scores a line. Each record gets an id of its own, for the scorer's cache is by id.
"""

import json
import sys
from itertools import count
from typing import Any

from followthemoney import EntityProxy, model
from nomenklatura.matching import LogicV2, ScoringConfig

NUMBERS = count()


def entity(record: dict[str, Any]) -> EntityProxy:
    """Return a record as an entity with a new id."""
    data = {"id": f"r{next(NUMBERS)}", **record}
    return model.get_proxy(data, cleaned=False)


def main() -> None:
    """Answer line by line."""
    config = ScoringConfig.defaults()
    for line in sys.stdin:
        pair = json.loads(line)
        query = entity(pair["q"])
        scores = [LogicV2.compare(query, entity(one), config).score for one in pair["c"]]
        print(json.dumps(scores), flush=True)


if __name__ == "__main__":
    main()
