"""Codes of PAXLST: which qualifier is which property, and what is not read and why.

Source: UN/EDIFACT PAXLST, directories D.02B, D.05B and D.12B (UNECE, open), and the usage of
carriers seen in public test messages.
"""

from typing import Final

TRAVELLERS: Final = {
    "FL": "passenger",
    "FM": "crew",
    "DDU": "passenger in transit",
    "DDT": "crew in transit",
    "VW": "driver",
    "ZZZ": "traveller named by reference",
}
"""NAD qualifiers (3035) of people, with the role that each gives."""
GENDERS: Final = {"M": "male", "F": "female", "X": "other"}
PASSPORTS: Final = frozenset({"P", "PS", "PP", "PD", "PO"})
IDENTITY_CARDS: Final = frozenset({"A", "C", "I", "IC", "IP", "ID", "F"})
VERIFIED: Final = {"173": "verified", "174": "not verified"}

IGNORED: Final = {
    "UNB": "envelope: sender, receiver, reference",
    "UNG": "envelope: group",
    "UNH": "envelope: message, its parts",
    "UNT": "envelope: counts, compared",
    "UNE": "envelope: counts, compared",
    "UNZ": "envelope: counts, compared",
    "BGM": "kind of list; crew or passenger stands at each traveller",
    "CNT": "totals, compared",
    "NAD+MS": "reporting desk of the carrier, no traveller",
    "RFF before the first traveller": "reference of the transmission",
    "COM before the first traveller": "phone of the reporting desk",
    "TDT+34": "overflight leg: nobody boards or leaves",
    "ATT/U": "gender not known",
    "code list qualifiers": "name the code list (1131, 3055), not the traveller",
}
"""What is not read, each with the reason."""

LEG_PLACES: Final = {"125": "start", "87": "end", "92": "pair", "130": "end"}
TRIP_DATES: Final = {"189": "startDate", "232": "endDate"}
PERSON_PLACES: Final = {
    "174": "country",
    "180": "birth",
    "178": "embarkation",
    "179": "debarkation",
    "22": "first",
}
REFERENCES: Final = {
    "ABO": ("Passenger", "reference"),
    "SEA": ("Passenger", "seat"),
    "AEA": ("Person", "idNumber"),
    "CR": ("Passenger", "recordId"),
    "YZY": ("Passenger", "summary"),
    "AVF": ("Booking", "locatorCode"),
}
CONTACTS: Final = {"TE": "phone", "AL": "phone", "FX": "phone", "EM": "email"}
DOCUMENT_DATES: Final = {"36": "endDate", "182": "startDate"}
