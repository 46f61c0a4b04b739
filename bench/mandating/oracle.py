"""What may be read, written apart from the product: plain rules over plain records.

Nothing of maillon.policy or maillon.store is used here; only the words of DESIGN, section 4.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Reader:
    """Who asks: account, agency, purpose, cleared compartments."""

    who: str
    agency: str
    purpose: str
    cleared: frozenset[str]


@dataclass(frozen=True)
class Mark:
    """What stands on a delivery."""

    agency: str
    code: str
    scheme: str
    compartment: str
    purposes: frozenset[str]


@dataclass(frozen=True)
class Law:
    """From whom to whom for what: the ways that are open."""

    ways: frozenset[tuple[str, str, str]] = field(default_factory=frozenset)


STAYS = {
    ("TLP 2.0", "TLP:RED"), ("TLP 2.0", "TLP:AMBER+STRICT"), ("Europol handling", "H3"),
}  # fmt: skip
TRAVELS = {
    ("", ""), ("TLP 2.0", "TLP:CLEAR"), ("TLP 2.0", "TLP:GREEN"), ("TLP 2.0", "TLP:AMBER"),
    ("Europol handling", "H0"), ("Europol handling", "H1"), ("Europol handling", "H2"),
    ("PAP", "PAP:RED"), ("UK 3x5x2 handling", "P"),
}  # fmt: skip
UNKNOWN = {("NATO", "SECRET"), ("", "TLP:RED"), ("TLP 2.0", "tlp:clear"), ("house", "blue")}
CODES = sorted(STAYS | TRAVELS | UNKNOWN)


def may_read(reader: Reader, mark: Mark, law: Law) -> bool:
    """Return whether a reader sees what bears a mark."""
    if mark.compartment and mark.compartment not in reader.cleared:
        return False
    if reader.agency == mark.agency:
        return True
    if reader.purpose not in mark.purposes:
        return False
    if (mark.scheme, mark.code) not in TRAVELS:
        return False
    return (mark.agency, reader.agency, reader.purpose) in law.ways
