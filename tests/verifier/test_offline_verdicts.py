"""What each form of one card is worth, with no network, as lists age and cards, keys and people are withdrawn.

One row for each circumstance; in it for capsule, XML and PDF (B-LTA) the verdict and the answers to the three
questions: unchanged? issued by whom? in force? ``y`` yes, ``n`` no, ``?`` not known. The card was signed on 28 May
2026, its capsule and its page sealed on 29 May, the status list is three hours old on 15 June.
"""

import datetime as dt
import socket
from collections.abc import Callable
from typing import NoReturn

import pytest
from msgspec import Struct
from msgspec.structs import replace

from tests.vectors.signed_xml_city import XmlCity, xml_city
from tests.verifier.small_city import NOW, RECORD_ID, SCHOOL_CODE, SCHOOL_YEAR, SIGNED_AT
from verifier.lists import Lists
from verifier.signed_list import ListHeader
from verifier.trust import KeyPurpose, TrustedKey, TrustList
from verifier.verdict import Verdict
from verifier.verify import verify_capsule_text, verify_pdf, verify_xml

DAY = dt.timedelta(days=1)
SEALED_AT = SIGNED_AT + DAY
BEFORE, AFTER = SEALED_AT - DAY / 2, SEALED_AT + DAY / 2
LETTERS = {"yes": "y", "no": "n", "unknown": "?"}


class Row(Struct, frozen=True):
    """One circumstance."""

    name: str
    lists: Callable[[XmlCity], Lists]
    capsule: str
    """Verdict and answers, as "genuine yyy"."""
    xml: str
    pdf: str


def with_key(purpose: KeyPurpose, **changes: dt.datetime) -> Callable[[XmlCity], Lists]:
    """Another validity of one of the department's keys."""

    def lists(city: XmlCity) -> Lists:
        trust = trust_of(city)
        keys: tuple[TrustedKey, ...] = tuple(
            replace(key, **changes) if key.purpose == purpose else key for key in trust.keys
        )
        return replace(city.lists(), trust=replace(trust, keys=keys))

    return lists


def with_approval_until(moment: dt.datetime) -> Callable[[XmlCity], Lists]:
    """The approval of the school's certificate ended."""

    def lists(city: XmlCity) -> Lists:
        registry = city.registry()
        own = registry.schools[SCHOOL_CODE]
        ended = tuple(
            replace(one, approved_until=moment) if one == own.certificates[0] else one for one in own.certificates
        )
        schools = {**registry.schools, SCHOOL_CODE: replace(own, certificates=ended)}
        return replace(city.lists(), registry=replace(registry, schools=schools))

    return lists


def trust_of(city: XmlCity) -> TrustList:
    trust = city.lists().trust
    assert trust is not None
    return trust


def older(header: ListHeader, by: dt.timedelta | None) -> ListHeader:
    if by is None:
        return header
    return replace(header, issued_at=header.issued_at - by, expires_at=header.expires_at - by)


def aged(**ages: dt.timedelta) -> Callable[[XmlCity], Lists]:
    """Lists of the named kinds that were issued so much earlier, and have ended since if that is long ago."""

    def lists(city: XmlCity) -> Lists:
        found = city.lists()
        assert found.registry is not None
        trust, registry, statuses = trust_of(city), found.registry, found.statuses

        status = statuses[SCHOOL_YEAR]
        return Lists(
            replace(trust, header=older(trust.header, ages.get("trust"))),
            replace(registry, header=older(registry.header, ages.get("registry"))),
            {SCHOOL_YEAR: replace(status, header=older(status.header, ages.get("status")))},
        )

    return lists


def stale_and(change: str) -> Callable[[XmlCity], Lists]:
    def lists(city: XmlCity) -> Lists:
        withdrawn = city.lists(revoked=[RECORD_ID]) if change == "revoked" else city.lists(superseded=[RECORD_ID])
        status = withdrawn.statuses[SCHOOL_YEAR]
        header = replace(status.header, issued_at=NOW - 3 * DAY, expires_at=NOW - 2 * DAY)
        return replace(withdrawn, statuses={SCHOOL_YEAR: replace(status, header=header)})

    return lists


ROWS = [
    Row("fresh lists", XmlCity.lists, "genuine yyy", "genuine yyy", "genuine yyy"),
    Row(
        "every list a day old",
        aged(trust=DAY, registry=DAY, status=DAY),
        "undetermined yy?",
        "undetermined yy?",
        "undetermined yy?",
    ),
    Row("no lists", lambda _: Lists(), "undetermined ???", "undetermined y??", "undetermined ???"),
    Row(
        "no status list",
        lambda city: replace(city.lists(), statuses={}),
        "undetermined yy?",
        "undetermined yy?",
        "undetermined yy?",
    ),
    Row(
        "no registry",
        lambda city: replace(city.lists(), registry=None),
        "genuine yyy",
        "undetermined y?y",
        "undetermined y?y",
    ),
    Row("stale registry", aged(registry=40 * DAY), "genuine yyy", "undetermined y?y", "undetermined y?y"),
    Row("stale trust list", aged(trust=70 * DAY), "undetermined y?y", "undetermined y?y", "undetermined y?y"),
    Row("card revoked", lambda city: city.lists(revoked=[RECORD_ID]), "revoked yyn", "revoked yyn", "revoked yyn"),
    Row(
        "card superseded",
        lambda city: city.lists(superseded=[RECORD_ID]),
        "superseded yyn",
        "superseded yyn",
        "superseded yyn",
    ),
    Row("card revoked, list stale", stale_and("revoked"), "revoked yyn", "revoked yyn", "revoked yyn"),
    Row("card superseded, list stale", stale_and("superseded"), "superseded yyn", "superseded yyn", "superseded yyn"),
    Row(
        "capsule key ended after the card was sealed",
        with_key(KeyPurpose.CAPSULE, valid_until=AFTER),
        "genuine yyy",
        "genuine yyy",
        "genuine yyy",
    ),
    Row(
        "capsule key ended before the card was sealed",
        with_key(KeyPurpose.CAPSULE, valid_until=BEFORE),
        "untrusted ?n?",
        "genuine yyy",
        "untrusted yn?",
    ),
    Row(
        "capsule key withdrawn after the card was sealed",
        with_key(KeyPurpose.CAPSULE, withdrawn_at=AFTER),
        "undetermined y?y",
        "genuine yyy",
        "genuine yyy",
    ),
    Row(
        "capsule key withdrawn before the card was sealed",
        with_key(KeyPurpose.CAPSULE, withdrawn_at=BEFORE),
        "untrusted ?n?",
        "genuine yyy",
        "untrusted yn?",
    ),
    Row(
        "sealing key ended after the card was sealed",
        with_key(KeyPurpose.PDF_SEAL, valid_until=AFTER),
        "genuine yyy",
        "genuine yyy",
        "genuine yyy",
    ),
    Row(
        "sealing key ended before the card was sealed",
        with_key(KeyPurpose.PDF_SEAL, valid_until=BEFORE),
        "genuine yyy",
        "genuine yyy",
        "untrusted yn?",
    ),
    Row(
        "sealing key withdrawn after the card was sealed",
        with_key(KeyPurpose.PDF_SEAL, withdrawn_at=AFTER),
        "genuine yyy",
        "genuine yyy",
        "genuine yyy",
    ),
    Row(
        "sealing key withdrawn before the card was sealed",
        with_key(KeyPurpose.PDF_SEAL, withdrawn_at=BEFORE),
        "genuine yyy",
        "genuine yyy",
        "untrusted yn?",
    ),
    Row(
        "school's certificate withdrawn after the card was sealed",
        with_approval_until(AFTER),
        "genuine yyy",
        "undetermined y?y",
        "genuine yyy",
    ),
    Row(
        "school's certificate withdrawn before the card was signed",
        with_approval_until(SIGNED_AT - DAY),
        "genuine yyy",
        "untrusted yny",
        "untrusted yny",
    ),
]


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> NoReturn:
        raise AssertionError

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


@pytest.fixture(scope="module")
def city() -> XmlCity:
    return xml_city()


@pytest.fixture(scope="module")
def xml(city: XmlCity) -> bytes:
    return city.signed_card()


@pytest.fixture(scope="module")
def pdf(city: XmlCity, xml: bytes) -> bytes:
    return city.archived_pdf(xml)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_verdict_and_answers_of_each_form(city: XmlCity, xml: bytes, pdf: bytes, row: Row) -> None:
    lists = row.lists(city)

    found = {
        "capsule": said(verify_capsule_text(city.capsule_text(xml), lists=lists, now=NOW)),
        "xml": said(verify_xml(xml, lists=lists, now=NOW)),
        "pdf": said(verify_pdf(pdf, lists=lists, now=NOW)),
    }

    assert found == {"capsule": row.capsule, "xml": row.xml, "pdf": row.pdf}


def said(verdict: Verdict) -> str:
    answers = (verdict.intact.answer, verdict.issuer.answer, verdict.status.answer)
    return f"{verdict.verdict} {''.join(LETTERS[answer] for answer in answers)}"
