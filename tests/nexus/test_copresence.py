"""Shared things and times together: when they are a link, and when they are what everybody has."""

from collections.abc import Iterator
from typing import Any

import pytest

from maillon.nexus import CHANNELS, TraceSettings, trace
from maillon.nexus.links import derive, drop, hubs

Pair = tuple[str, str]


def people(writer: Any, *names: str) -> None:
    for name in names:
        writer.add(name, "Person", "rt_police", name=name.title())


def tied(bench: Any, writer: Any) -> dict[Pair, dict[str, tuple[int, int]]]:
    """Events and effective group size by pair and channel."""
    writer.into(bench.con)
    derive(bench.con, TraceSettings())
    rows = bench.con.execute(
        "SELECT a.canonical, b.canonical, t.bit, t.n, t.size FROM nexus_tie t"
        " JOIN nexus_node a ON a.node = t.i JOIN nexus_node b ON b.node = t.j"
    ).fetchall()
    drop(bench.con)
    by_bit = {channel.bit: code for code, channel in CHANNELS.items()}
    found: dict[Pair, dict[str, tuple[int, int]]] = {}
    for one, other, bit, n, size in rows:
        found.setdefault((one, other), {})[by_bit[bit]] = (n, size)
    return found


def stay(writer: Any, key: str, who: str, first: str, last: str, cell: str = "7") -> None:
    place = {"facility": "Zenda", "wing": "B", **({"cell": cell} if cell else {})}
    writer.add(
        f"stay-{key}", "PrisonStay", "rt_prison", inmate=who, startDate=first, endDate=last, **place
    )


def fly(writer: Any, who: str, flight: str, day: str, seat: str = "", **more: str) -> None:
    trip = f"trip-{flight}-{day}"
    writer.add(trip, "Trip", "rt_api", name=flight)
    more = {**({"seat": seat} if seat else {}), **more}
    writer.add(
        f"pax-{who}-{flight}-{day}", "Passenger", "rt_api", traveller=who, trip=trip, date=day, **more
    )  # fmt: skip


def days(count: int, month: str = "2025-03") -> Iterator[str]:
    return (f"{month}-{day:02d}" for day in range(1, count + 1))


@pytest.mark.parametrize(
    ("last", "size"), [("2025-03-31", 2), ("2025-01-08", 4), ("2025-01-03", 0)]
)
def test_a_short_time_in_a_cell_counts_less_and_a_night_nothing(
    bench: Any, writer: Any, last: str, size: int
) -> None:
    people(writer, "ann", "bob")
    stay(writer, "1", "ann", "2025-01-01", "2025-06-01")
    stay(writer, "2", "bob", "2025-01-01", last)
    found = tied(bench, writer).get(("ann", "bob"), {})
    assert found.get("cell", (1, 0)) == (1, size)


def test_a_cell_is_as_large_as_it_ever_was_at_once(bench: Any, writer: Any) -> None:
    names = [f"p{number:02d}" for number in range(20)]
    people(writer, *names)
    for number, name in enumerate(names):
        year = 2000 + number // 2
        stay(writer, name, name, f"{year}-01-01", f"{year}-11-30")
    found = tied(bench, writer)
    assert found == {(names[at], names[at + 1]): {"cell": (1, 2)} for at in range(0, 20, 2)}


def test_a_wing_of_900_beds_is_no_tie(bench: Any, writer: Any) -> None:
    names = [f"p{number:03d}" for number in range(900)]
    for name in names:
        stay(writer, name, name, "2024-01-01", "2025-12-31", cell="")
    people(writer, *names)
    assert tied(bench, writer) == {}


@pytest.mark.parametrize(("last", "is_tied"), [("2025-10-01", True), ("2025-02-01", False)])
def test_few_people_for_long_in_one_wing_are_a_weak_tie(
    bench: Any, writer: Any, last: str, is_tied: bool
) -> None:
    people(writer, "ann", "bob")
    stay(writer, "1", "ann", "2025-01-01", last, cell="1")
    stay(writer, "2", "bob", "2025-01-01", last, cell="2")
    assert tied(bench, writer) == ({("ann", "bob"): {"wing": (1, 2)}} if is_tied else {})
    assert CHANNELS["wing"].telling < min(CHANNELS[code].telling for code in ("cell", "visit"))


def test_one_cell_is_not_counted_again_as_one_wing(bench: Any, writer: Any) -> None:
    people(writer, "ann", "bob")
    for name in ("ann", "bob"):
        stay(writer, name, name, "2025-01-01", "2025-12-31")
    assert tied(bench, writer) == {("ann", "bob"): {"cell": (1, 2)}}


def test_one_full_aircraft_is_no_tie(bench: Any, writer: Any) -> None:
    names = [f"p{number:03d}" for number in range(150)]
    people(writer, *names)
    for number, name in enumerate(names):
        seat = f"{number // 6 + 1}{'ABCDEF'[number % 6]}"
        fly(writer, name, "Q5101", "2025-03-01", seat)
    assert tied(bench, writer) == {}


def crowd(writer: Any) -> None:
    """Thirty flights with ten strangers each, so that two who fly together stand out."""
    for day in days(28):
        for number in range(10):
            name = f"x{day[-2:]}{number}"
            people(writer, name)
            fly(writer, name, "Q5101", day)


@pytest.mark.parametrize(("times", "is_tied"), [(2, False), (3, True)])
def test_three_flights_together_say_what_two_do_not(
    bench: Any, writer: Any, times: int, is_tied: bool
) -> None:
    people(writer, "ann", "bob")
    crowd(writer)
    for day in days(times):
        fly(writer, "ann", "Q5101", day, booking="A" + day)
        fly(writer, "bob", "Q5101", day, booking="B" + day)
    found = tied(bench, writer)
    assert set(found) == ({("ann", "bob")} if is_tied else set())
    if is_tied:
        assert found["ann", "bob"]["flight"][0] == times


def test_two_flights_side_by_side_are_a_tie(bench: Any, writer: Any) -> None:
    people(writer, "ann", "bob")
    crowd(writer)
    for day in days(2):
        fly(writer, "ann", "Q5101", day, "12A")
        fly(writer, "bob", "Q5101", day, "12B")
    assert "flight" in tied(bench, writer)["ann", "bob"]


def test_two_commuters_on_every_flight_of_a_line_are_no_tie(bench: Any, writer: Any) -> None:
    people(writer, "ann", "bob")
    for day in days(28):
        fly(writer, "ann", "Q5101", day)
        fly(writer, "bob", "Q5101", day)
    assert tied(bench, writer) == {}


def test_one_booking_is_not_counted_again_as_flights(bench: Any, writer: Any) -> None:
    people(writer, "ann", "bob")
    crowd(writer)
    for day in days(4):
        for name in ("ann", "bob"):
            fly(writer, name, "Q5101", day, booking="B" + day)
    assert set(tied(bench, writer)["ann", "bob"]) == {"booking"}


def test_a_crew_is_tied_by_its_journeys_and_passengers_are_not(bench: Any, writer: Any) -> None:
    people(writer, "ann", "bob", "cid")
    for day in days(2):
        for name, role in (("ann", "crew"), ("bob", "crew"), ("cid", "passenger")):
            fly(writer, name, "Q5101", day, role=role)
    assert tied(bench, writer) == {("ann", "bob"): {"crew": (2, 2)}}


@pytest.mark.parametrize(
    ("schema", "side", "number", "channel"),
    [
        ("Vehicle", "owner", {"registrationNumber": "RU 12-AB"}, "vehicle"),
        ("Vehicle", "operator", {"registrationNumber": "RU 12-AB"}, "vehicle"),
        ("Vessel", "owner", {"imoNumber": "IMO9126819"}, "vehicle"),
        ("Airplane", "operator", {"registrationNumber": "EP-GOM"}, "vehicle"),
        ("Firearm", "holder", {"serialNumber": "A-1 23", "make": "Norinco"}, "firearm"),
        ("CryptoWallet", "holder", {"publicKey": "bc1qxy2kg"}, "wallet"),
        ("UserAccount", "owner", {"service": "chat", "username": "raven7"}, "device"),
        ("Device", "holder", {"imei": "490154203237518"}, "device"),
        ("PaymentCard", "holder", {"token": "tok-88f1"}, "card"),
    ],
)
def test_one_thing_in_two_files_joins_its_holders(
    bench: Any, writer: Any, schema: str, side: str, number: dict[str, str], channel: str
) -> None:
    people(writer, "ann", "bob")
    for name in ("ann", "bob"):
        writer.add(f"thing-{name}", schema, f"rt_{name}", **{side: name}, **number)
    assert tied(bench, writer) == {("ann", "bob"): {channel: (1, 2)}}


def test_an_owned_vehicle_is_no_account_and_no_company(bench: Any, writer: Any) -> None:
    people(writer, "ann", "bob")
    writer.add("car", "Vehicle", "rt_police", registrationNumber="RU 1")
    for name in ("ann", "bob"):
        writer.add(f"own-{name}", "Ownership", "rt_police", owner=name, asset="car")
    assert tied(bench, writer) == {("ann", "bob"): {"vehicle": (1, 2)}}


@pytest.mark.parametrize(("other", "is_tied"), [("2025-02-01", True), ("2025-09-01", False)])
def test_a_container_of_another_season_has_other_clients(
    bench: Any, writer: Any, other: str, is_tied: bool
) -> None:
    people(writer, "ann", "bob")
    writer.add("box", "Container", "rt_customs", number="MSKU 123456 5")
    for name, day in (("ann", "2025-01-10"), ("bob", other)):
        writer.add(
            f"bill-{name}", "Consignment", "rt_customs", consignor=name, container="box", date=day
        )
    assert tied(bench, writer) == ({("ann", "bob"): {"consignment": (1, 2)}} if is_tied else {})


def passports(writer: Any, *numbers: str) -> list[str]:
    names = [f"p{at:04d}" for at in range(len(numbers))]
    for name, number in zip(names, numbers, strict=True):
        writer.add(name, "Person", "rt_api", name=name, passportNumber=number)
    return names


def test_two_papers_numbered_next_to_each_other_are_a_tie(bench: Any, writer: Any) -> None:
    passports(writer, "RA1234567", "RA1234568", "RA1239999", "RB1234568", "XRA12345678")
    assert tied(bench, writer) == {("p0000", "p0001"): {"document-range": (1, 2)}}


def test_where_every_number_is_issued_a_neighbour_says_nothing(bench: Any, writer: Any) -> None:
    passports(writer, *(f"RA{number:07d}" for number in range(1_000_000, 1_000_400)))
    assert tied(bench, writer) == {}


def test_two_records_of_one_name_are_no_document_range(bench: Any, writer: Any) -> None:
    for key, number in (("a", "RA1234567"), ("b", "RA1234568")):
        writer.add(key, "Person", "rt_api", name="Ann Bell", passportNumber=number)
    assert tied(bench, writer) == {}


@pytest.mark.parametrize(
    ("schema", "sides", "channel"),
    [
        ("Representation", ("agent", "client"), "agent"),
        ("Succession", ("predecessor", "successor"), "control"),
        ("Control", ("controller", "controlled"), "control"),
        ("Debt", ("debtor", "creditor"), "debt"),
        ("Message", ("sender", "recipients"), "message"),
        ("UnknownLink", ("subject", "object"), "associate"),
        ("Associate", ("person", "associate"), "associate"),
        ("Event", ("organizer", "involved"), "meeting"),
    ],
)
def test_a_relation_of_contact_is_a_link(
    bench: Any, writer: Any, schema: str, sides: Pair, channel: str
) -> None:
    people(writer, "ann", "bob")
    writer.add("rel", schema, "rt_police", **dict(zip(sides, ("ann", "bob"), strict=True)))
    assert tied(bench, writer) == {("ann", "bob"): {channel: (1, 2)}}


def test_a_likeness_is_no_link(bench: Any, writer: Any) -> None:
    people(writer, "ann", "bob")
    writer.add("like", "Similar", "rt_police", candidate="ann", match="bob")
    assert tied(bench, writer) == {}


def test_a_conductor_acts_for_the_owners_of_the_account(bench: Any, writer: Any) -> None:
    people(writer, "ann", "bob")
    writer.add("acc", "BankAccount", "rt_fiu", accountNumber="RU 1")
    writer.add("own", "Ownership", "rt_fiu", owner="bob", asset="acc")
    writer.add("act", "UnknownLink", "rt_fiu", subject="ann", object="acc", role="conductor")
    assert tied(bench, writer) == {("ann", "bob"): {"agent": (1, 2)}}


def test_a_company_names_its_parent(bench: Any, writer: Any) -> None:
    writer.add("sub", "Company", "rt_companies", name="Sub", parent="top")
    writer.add("top", "Company", "rt_companies", name="Top")
    assert tied(bench, writer) == {("sub", "top"): {"control": (1, 2)}}


def test_a_name_that_two_bear_is_not_linked_by_a_remark(bench: Any, writer: Any) -> None:
    for key in ("bob-1", "bob-2"):
        writer.add(key, "Person", "us_ofac_sdn", name="BOB")
    writer.add("ann", "Person", "us_ofac_sdn", name="ANN", notes="Linked To: BOB")
    writer.add("cid", "Person", "us_ofac_sdn", name="CID", notes="Linked To: ANN")
    assert tied(bench, writer) == {("ann", "cid"): {"listed": (1, 2)}}


@pytest.mark.parametrize(
    ("address", "is_tied"),
    [
        ("75008 Paris, France", False),
        ("Kabul", False),
        ("Kabul, Afghanistan", False),
        ("7 Mill Lane, Strelsau", True),
        ("12345 Old Harbour Street, Hentzau", True),
    ],
)
def test_a_town_with_or_without_its_code_is_no_address(
    bench: Any, writer: Any, address: str, is_tied: bool
) -> None:
    for name in ("ann", "bob"):
        writer.add(name, "Person", "rt_police", address=address)
    assert bool(tied(bench, writer)) is is_tied


def test_the_number_of_an_airport_desk_is_a_hub(bench: Any, writer: Any) -> None:
    names = [f"p{number:02d}" for number in range(40)]
    for name in names:
        writer.add(name, "Person", "rt_api", name=name, phone="+88850000000001")
    writer.into(bench.con)
    derive(bench.con, TraceSettings())
    found = hubs(bench.con)
    drop(bench.con)
    assert [(hub.value, hub.size) for hub in found] == [("+88850000000001", 40)]


def test_wing_aircraft_and_desk_together_give_no_lead(bench: Any, writer: Any) -> None:
    names = [f"p{number:03d}" for number in range(60)]
    people(writer, *names)
    writer.add(names[0], "Person", "rt_terror_list", topics="crime.terror")
    writer.add(names[1], "Person", "rt_police", topics="crime.traffick.drug")
    for number, name in enumerate(names):
        stay(writer, name, name, "2024-01-01", "2025-12-31", cell=f"{number}")
        fly(writer, name, "Q5101", "2025-03-01", f"{number // 6 + 1}{'ABCDEF'[number % 6]}")
        writer.add(name, "Person", "rt_api", phone="+88850000000001")
    writer.into(bench.con)
    found = trace(bench, TraceSettings(draws=0))
    assert found.leads == []
    assert {hub.channel for hub in found.hubs} >= {"phone", "wing"}


def test_one_or_two_threads_derive_the_same_links(bench: Any, writer: Any) -> None:
    people(writer, "ann", "bob")
    crowd(writer)
    for day in days(3):
        fly(writer, "ann", "Q5101", day, "12A")
        fly(writer, "bob", "Q5101", day, "12B")
    passports(writer, *(f"RA{number:07d}" for number in range(10, 3000, 2)))
    writer.add("ann", "Person", "rt_api", passportNumber="RB1234567", notes="Linked To: Bob")
    writer.add("bob", "Person", "rt_api", passportNumber="RB1234569", phone="+88850001")
    writer.into(bench.con)
    found = []
    for threads in (1, 2):
        bench.con.execute(f"SET threads = {threads}")
        derive(bench.con, TraceSettings())
        found.append(bench.con.execute("SELECT * FROM nexus_link ORDER BY ALL").fetchall())
        drop(bench.con)
    assert found[0] == found[1]
    assert len({row[2] for row in found[0]}) >= 2
