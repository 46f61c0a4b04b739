"""What the codes of the data are called on a page: a table of words, by the group of the code.

A code stays what it is in the data, in forms and in addresses; only what a reader sees is said in
the page's language. FollowTheMoney's names go by the labels of its model.
"""

from collections.abc import Mapping
from typing import Final

from maillon.web.pages.language import Speech


def _(text: str) -> str:
    """Mark a text: `tools/write_words.py` puts it into the catalogues."""
    return text


_STATES: Final = (
    _("proposed"), _("open"), _("confirmed"), _("suspected"), _("refuted"), _("not assessable"),
)  # fmt: skip
"""Where a lead stands; what was said of a lead."""
_VERDICTS: Final = (
    _("match"), _("no match"), _("cannot tell"),
    _("positive"), _("negative"), _("unsure"), _("revoked"),
)  # fmt: skip
"""What a person made of a hit or a pair."""
_JOB_STATES: Final = (
    _("waiting"), _("running"), _("done"), _("failed"), _("cancelled"),
)  # fmt: skip
_JOBS: Final = {
    "checkpoint": _("sign a checkpoint"), "delta": _("look for changed hits"),
    "fetch": _("fetch deliveries"), "load": _("load a file"),
    "point": _("tell brokers of leads that nobody sees whole"),
    "questions": _("answer standing questions"), "resolve": _("find records of one person"),
    "retain": _("erase what has expired"), "screen": _("screen records"),
    "trace": _("look for leads"), "verify": _("verify the ledger"),
}  # fmt: skip
_BANDS: Final = (_("none"), _("weak"), _("possible"), _("strong"))
_REASONS: Final = (
    _("part"), _("name"), _("birth date"), _("country"), _("gender"), _("place"), _("document"),
    _("kind"), _("rule"), _("generations"),
)  # fmt: skip
"""What a screening compared."""
_COMPARED: Final = (
    _("same day"), _("day and month swapped"), _("same month"), _("one digit differs"),
    _("same year"), _("within the range"), _("about"), _("year apart"), _("other day"),
    _("few years apart"), _("other year"), _("unread"), _("same"), _("other"),
    _("same but for a confusion"), _("reversed"), _("exact"), _("spelling"), _("script"),
    _("syllables"), _("same name"), _("same word"), _("loose"), _("typo"), _("typos"),
    _("near, both known"), _("initial"), _("cut short"), _("joined"), _("contradicted"),
    _("added"), _("omitted"), _("complete"), _("share contradicted"), _("a part contradicted"),
    _("more than enough"), _("share left over"), _("common words only"), _("other order"),
    _("single part"), _("one part of several"), _("one part in common"), _("other number"),
    _("other legal form"), _("weak alias"), _("not compared"), _("calibration"), _("other kind"),
    _("facts support a name, they do not replace it"), _("a weak alias never alerts alone"),
)  # fmt: skip
"""How a screening found that two values compare."""
_COMPARISONS: Final = (
    _("address"), _("birth date"), _("built"), _("country"), _("document"), _("e-mail"),
    _("founded"), _("gender"), _("holder"), _("mark"), _("name"), _("number"), _("one list"),
    _("other person"), _("phone"), _("weak number"),
)  # fmt: skip
"""What resolution compared."""
_LEVELS: Final = (
    _("a generation apart, and no document is shared"), _("all in common"),
    _("both parts nearly"), _("day and month swapped"), _("family name in common only"),
    _("given name in common only"), _("in common"), _("nearly the same name"),
    _("no part of the names in common, nor the birth date"), _("not known"),
    _("nothing but the name agrees"), _("nothing but two parts of a name and a year agree"),
    _("one digit differs"), _("one part in common"), _("one part in common, the other nearly"),
    _("one year apart, one of them partial"), _("same"), _("same address"), _("same day"),
    _("same day of another year"), _("same door, spelt otherwise"), _("same full name"),
    _("same full name spelt otherwise, a rare one"), _("same full name, a rare one"),
    _("same full name, spelt otherwise"), _("same mailbox"), _("same name"),
    _("same name, a rare one"), _("same name, spelt otherwise"), _("same number"),
    _("same number but for a slip"), _("same year"), _("same year, one of them partial"),
    _("some in common"), _("the given names contradict, and no document is shared"),
    _("they differ"), _("two entries of one list"), _("two parts in common"),
    _("two parts in common, in another script"),
)  # fmt: skip
"""How resolution found that two records compare."""
_KINDS: Final = (_("fact"), _("assessment"), _("hearsay"))
"""What a statement claims to be."""
_PURPOSES: Final = (
    _("intake"), _("linking"), _("screening"), _("review"), _("training"), _("oversight"),
    _("retention"),
)  # fmt: skip
_ORDERS: Final = {
    "dmy": _("day, month, year"), "mdy": _("month, day, year"), "ymd": _("year, month, day"),
    "ambiguous": _("nothing: every date can be read both ways"),
    "contradictory": _("both: some are day first, some month first"),
}  # fmt: skip
"""Orders of day and month in the dates of a table."""
_FLAGS: Final = (
    _("minor"), _("victim"), _("witness"), _("humanitarian"), _("sealed"), _("restricted"),
    _("homonym"), _("release"), _("age unknown"),
)  # fmt: skip
"""What protects somebody."""
_ASKED: Final = (
    _("too fast"), _("never differs"), _("always differs"), _("differs less than colleagues"),
    _("differs more than colleagues"), _("rubber stamp"), _("self search"), _("bulk browsing"),
    _("without case"),
)  # fmt: skip
"""What oversight should ask about."""
_WHY: Final = (
    _("uncertain"), _("kept apart"), _("other papers"), _("contradiction"), _("no common schema"),
    _("people differ"),
)  # fmt: skip
"""Why a pair waits for a person."""
_JUDGED: Final = {
    "positive": _("one and the same"), "negative": _("two different ones"),
    "unsure": _("cannot tell"),
}  # fmt: skip
"""What a judgement says of two records."""
_BY: Final = {"rule": _("a rule"), "model": _("the model"), "person": _("a person")}
"""Who or what judged."""
_EARLIER: Final = (_("verdict"), _("clearing"), _("judgement"), _("assessment"))
"""What somebody said of a pair before: `maillon.workspace.deciding.Earlier`."""
_CHANNELS: Final = {
    "call": _("call"), "payment": _("payment"), "visit": _("prison visit"),
    "consignment": _("same consignment"), "phone": _("same telephone"),
    "email": _("same mailbox"), "address": _("same address"), "booking": _("same booking"),
    "cell": _("same cell"), "codirector": _("same board"), "directorship": _("director of"),
    "case": _("same case"), "firearm": _("same firearm"), "account": _("same account"),
    "associate": _("associate"), "device": _("same device"), "card": _("same payment card"),
    "vehicle": _("same vehicle or vessel"), "document-range": _("papers numbered side by side"),
    "meeting": _("same meeting"), "crew": _("same crew"), "flight": _("same flights"),
    "agent": _("acts for"), "wallet": _("same wallet"), "message": _("message"),
    "control": _("controls"), "debt": _("debt"), "listed": _("named by a list entry"),
    "wing": _("same prison wing"), "family": _("family"), "employer": _("same employer"),
}  # fmt: skip
"""By what two parties are seen to be in touch: the words of ``nexus/labels.csv``."""
_LINKS: Final = {
    "arms": _("Trafficking in arms"), "drugs": _("Drug trafficking"),
    "cultural-property": _("Trafficking in cultural property"),
    "trafficking-persons": _("Trafficking in persons"),
    "migrant-smuggling": _("Smuggling of migrants"),
    "terrorist-travel": _("Carriage of terrorists across borders"),
    "natural-resources": _("Illicit trade in natural resources"),
    "illegal-mining": _("Illegal mining"), "wildlife": _("Trafficking in wildlife"),
    "misuse-companies": _("Misuse of legitimate businesses"),
    "misuse-npo": _("Misuse of non-profit organisations"), "donations": _("Donations"),
    "crowdfunding": _("Crowdfunding"), "proceeds": _("Proceeds of crime and money laundering"),
    "kidnapping": _("Kidnapping for ransom"), "extortion": _("Extortion"),
    "robbery": _("Bank robbery and theft"), "crime-at-sea": _("Crime at sea"),
    "forged-documents": _("Forged documents"),
    "vehicle-theft": _("Vehicle theft and trafficking"),
    "goods-smuggling": _("Smuggling of goods"), "cybercrime": _("Cybercrime"),
    "corruption": _("Corruption"), "environmental-crime": _("Other environmental crime"),
    "organised-crime": _("Organised crime, form not stated"), "transaction": _("Transaction"),
    "service": _("Service"), "alliance": _("Alliance of convenience"),
    "convergence": _("Convergence"), "personal-tie": _("Personal tie"),
    "prison-tie": _("Tie made in prison"),
}  # fmt: skip
"""Kinds of link: the words of ``nexus/vocabulary.csv``."""
SCHEMATA: Final = {
    "Address": _("Address"), "Airplane": _("Airplane"), "Asset": _("Asset"),
    "Associate": _("Associate"), "BankAccount": _("Bank account"), "Booking": _("Booking"),
    "Call": _("Call"), "Company": _("Company"), "Consignment": _("Consignment"),
    "Container": _("Container"), "Contract": _("Contract"), "Control": _("Control"),
    "CourtCase": _("Court case"), "CourtCaseParty": _("Case party"),
    "CryptoWallet": _("Cryptocurrency wallet"), "Debt": _("Debt"),
    "Directorship": _("Directorship"), "Document": _("File"),
    "EconomicActivity": _("Customs declaration"), "Email": _("E-Mail"),
    "Employment": _("Employment"), "Event": _("Event"), "Family": _("Family"),
    "Firearm": _("Firearm"), "Identification": _("Identification"),
    "LegalEntity": _("Legal entity"), "License": _("License"), "Membership": _("Membership"),
    "Message": _("Message"), "Note": _("Note"), "Occupancy": _("Occupancy"),
    "Organization": _("Organization"), "Ownership": _("Ownership"),
    "Passenger": _("Passenger"), "Passport": _("Passport"), "Payment": _("Payment"),
    "Person": _("Person"), "Position": _("Position"), "PrisonStay": _("Prison stay"),
    "PrisonVisit": _("Prison visit"), "PublicBody": _("Public body"),
    "RealEstate": _("Real estate"), "Representation": _("Representation"),
    "Sanction": _("Sanction"), "Security": _("Security"), "Seizure": _("Seizure"),
    "Succession": _("Succession"), "Thing": _("Thing"), "Trip": _("Trip"),
    "UnknownLink": _("Other link"), "UserAccount": _("User account"), "Vehicle": _("Vehicle"),
    "Vessel": _("Vessel"),
}  # fmt: skip
PROPERTIES: Final = {
    "accountNumber": _("Account number"), "address": _("Address"),
    "addressEntity": _("Address"), "alias": _("Alias"), "amount": _("Amount"),
    "asset": _("Asset"), "associate": _("Associate"), "authority": _("Authority"),
    "beneficiary": _("Beneficiary"), "birthCountry": _("Country of birth"),
    "birthDate": _("Birth date"), "birthPlace": _("Place of birth"),
    "booking": _("Booking"), "callSign": _("Call Sign"), "carrier": _("Carrier"),
    "cell": _("Cell"), "citizenship": _("Citizenship"), "city": _("City"),
    "consignee": _("Consignee"), "consignor": _("Consignor"), "container": _("Container"),
    "country": _("Country"), "currency": _("Currency"), "date": _("Date"),
    "deathDate": _("Death date"), "debarkation": _("Debarkation"),
    "declarant": _("Declarant"), "departureCountry": _("Country of departure"),
    "destinationCountry": _("Country of destination"), "endLocation": _("End location"),
    "involved": _("Involved"), "latitude": _("Latitude"), "longitude": _("Longitude"),
    "organizer": _("Organizer"), "place": _("Place"), "receiver": _("Receiver"),
    "sender": _("Sender"), "startLocation": _("Start location"),
    "suspect": _("Person concerned"),
    "description": _("Description"), "director": _("Director"),
    "dissolutionDate": _("Dissolution date"), "email": _("Email"),
    "embarkation": _("Embarkation"), "employee": _("Employee"), "employer": _("Employer"),
    "endDate": _("End date"), "facility": _("Facility"), "fatherName": _("Patronymic"),
    "firstName": _("First name"), "flag": _("Flag"), "full": _("Full address"),
    "gender": _("Gender"), "goods": _("Declared goods"), "holder": _("Holder"),
    "iban": _("IBAN"), "idNumber": _("ID Number"), "imoNumber": _("IMO Number"),
    "incorporationDate": _("Incorporation date"), "inmate": _("Inmate"),
    "jurisdiction": _("Jurisdiction"), "lastName": _("Last name"),
    "legalForm": _("Legal form"), "listingDate": _("Listing date"),
    "location": _("Location"), "middleName": _("Middle name"), "mmsi": _("MMSI"),
    "model": _("Model"), "modifiedAt": _("Modified on"), "name": _("Name"),
    "nationality": _("Nationality"), "notes": _("Notes"), "number": _("Number"),
    "organization": _("Organization"), "owner": _("Owner"), "participant": _("Participant"),
    "passportNumber": _("Passport number"), "payer": _("Payer"),
    "percentage": _("Percentage held"), "person": _("Person"), "phone": _("Phone"),
    "position": _("Position"), "postalCode": _("Postal code"),
    "previousName": _("Previous name"), "program": _("Program"),
    "purpose": _("Payment purpose"), "reason": _("Reason"),
    "registrationNumber": _("Registration number"), "relationship": _("Relationship"),
    "relative": _("Relative"), "role": _("Role"), "seat": _("Seat"),
    "serialNumber": _("Serial number"), "sourceUrl": _("Source link"),
    "startDate": _("Start date"), "status": _("Status"), "street": _("Street address"),
    "summary": _("Summary"), "taxNumber": _("Tax Number"), "title": _("Title"),
    "topics": _("Topics"), "traveller": _("Traveller"), "trip": _("Trip"),
    "type": _("Type"), "visitor": _("Visitor"), "weakAlias": _("Weak alias"),
    "website": _("Website"), "wing": _("Wing"),
    "caller": _("Caller"), "callerNumber": _("Caller's Number"),
    "receiverNumber": _("Receiver's Number"), "duration": _("Duration"),
    "sequenceNumber": _("Sequence number"), "transactionNumber": _("Transaction number"),
    "programme": _("Payment programme"), "contract": _("Contract"), "project": _("Project"),
    "debtor": _("Debtor"), "creditor": _("Creditor"), "manufacturer": _("Manufacturer"),
    "operator": _("Operator"), "buildDate": _("Build Date"), "subject": _("Subject"),
    "category": _("Category"), "caseNumber": _("Case number"), "court": _("Court"),
    "abbreviation": _("Abbreviation"), "sector": _("Sector"),
    "licenseNumber": _("License Number"), "vatCode": _("V.A.T. Identifier"),
    "mainCountry": _("Country of origin"), "uscCode": _("USCC"),
    "innCode": _("INN"), "ogrnCode": _("OGRN"),
    "leiCode": _("LEI"), "dunsCode": _("DUNS"), "swiftBic": _("SWIFT/BIC"),
    "bic": _("Bank Identifier Code"), "bankName": _("Bank name"), "bank": _("Bank"),
    "bankAddress": _("Bank address"), "accountType": _("Account type"),
    "openingDate": _("Opening date"), "closingDate": _("Closing date"), "balance": _("Balance"),
    "balanceDate": _("Balance date"), "object": _("Object"), "from": _("From"),
    "to": _("To"), "agent": _("Agent"), "client": _("Client"), "capital": _("Capital"),
    "party": _("Party"), "case": _("Case"), "issuer": _("Issuer"),
    "post": _("Position occupied"), "tonnage": _("Tonnage"),
    "grossRegisteredTonnage": _("Gross Registered Tonnage"), "pastFlags": _("Past Flags"),
    "transport": _("Transport"), "service": _("Service"), "username": _("Username"),
    "publicKey": _("Address"), "cryptoAddress": _("Crypto address"),
    "accountId": _("Account ID"), "managingExchange": _("Managing exchange"),
    "remarks": _("Remarks"), "street2": _("Street address (ctd.)"), "region": _("Region"),
    "vehicle": _("Vehicle"), "predecessor": _("Predecessor"),
    "successor": _("Successor"), "member": _("Member"), "secondName": _("Second name"),
    "motherName": _("Matronymic"), "nameSuffix": _("Name suffix"),
    "locatorCode": _("Record locator"), "bags": _("Bags"),
    "reference": _("Unique passenger reference"), "billNumber": _("Bill number"),
    "make": _("Make"), "calibre": _("Calibre"), "seizureNumber": _("Seizure number"),
    "commodity": _("Commodity"), "quantity": _("Quantity"), "unit": _("Unit"),
    "firearm": _("Firearm"), "controller": _("Controller"), "controlled": _("Controlled entity"),
    "proof": _("Source document"), "publisher": _("Publishing source"),
}  # fmt: skip
"""``number`` is of a document in one schema, of a container in another."""


def _own(*groups: tuple[str, ...]) -> dict[str, str]:
    return {code: code for group in groups for code in group}


CODES: Final[Mapping[str, Mapping[str, str]]] = {
    "state": _own(_STATES), "verdict": _own(_STATES, _VERDICTS), "job state": _own(_JOB_STATES),
    "job": _JOBS, "band": _own(_BANDS), "reason": _own(_REASONS), "compared": _own(_COMPARED),
    "comparison": _own(_COMPARISONS), "level": _own(_LEVELS), "kind": _own(_KINDS),
    "purpose": _own(_PURPOSES), "date order": _ORDERS, "flag": _own(_FLAGS),
    "asked": _own(_ASKED), "why": _own(_WHY), "earlier": _own(_EARLIER),
    "judged": _JUDGED, "by": _BY,
    "channel": _CHANNELS, "link": _LINKS, "schema": SCHEMATA, "property": PROPERTIES,
}  # fmt: skip
"""Group -> code -> what it is called, in English: a text of the catalogues."""


def said(speech: Speech, code: str, group: str) -> str:
    """Return what a code of the data is called in a language; an unknown one as it is.

    Args:
        speech: The language.
        code: As the data have it, e.g. ``birthDate``.
        group: A key of `CODES`, e.g. ``property``.
    """
    words = CODES[group]
    if code in words:
        return speech.say(words[code])
    how, _, what = code.rpartition(", ")
    if what == "joined" and how in words:  # how a screening found two parts written as one
        return speech.say("%(how)s, joined", how=speech.say(words[how]))
    return code
