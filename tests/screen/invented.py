"""Invented persons, in several scripts."""

import random

from maillon.screen import Entry, entry

GIVEN = ("Ahmed", "Omar", "Viktor", "Fatima", "Юрий", "أحمد", "Tse Tung", "Abd al-Karim", "Mei")
FAMILY = ("al-Masri", "Sokolov", "Haddad", "Fernández", "Öztürk", "Khan", "Dupont", "bin Laden")


def people(seed: int, count: int) -> list[Entry]:
    """Return invented persons, some with papers."""
    chance = random.Random(seed)
    return [
        entry(
            f"{seed}-{number}",
            "Person",
            "list",
            {
                "name": [f"{chance.choice(GIVEN)} {chance.choice(FAMILY)}"],
                "birthDate": [str(chance.randrange(1950, 2000))],
                **({"passportNumber": [f"AB{chance.randrange(10**6):06}"]} if number % 3 else {}),
            },
        )
        for number in range(count)
    ]
