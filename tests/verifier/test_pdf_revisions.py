"""What may stand behind a seal, and every other thing that somebody who can buy timestamps might put there."""

import pytest

from tests.vectors.pdf_attacks import ATTACKS, in_timestamp
from tests.verifier.growing_pdf import LABEL, SealedPdf
from tests.verifier.small_city import NOW, SmallCity, small_city
from verifier.errors import SignatureInvalidError
from verifier.pdf_revisions import MAX_ARCHIVE_TIMESTAMPS
from verifier.pdf_structure import read_pdf_card
from verifier.verdict import Outcome
from verifier.verify import verify_pdf


@pytest.fixture(scope="module")
def city() -> SmallCity:
    return small_city()


@pytest.fixture(scope="module")
def archived(city: SmallCity) -> bytes:
    return city.archived_pdf(city.first_card())


def test_an_honest_renewal_is_taken(city: SmallCity, archived: bytes) -> None:
    pdf = in_timestamp(label=LABEL.upper())(SealedPdf(archived), city)

    assert len(read_pdf_card(pdf).archive) == 2
    assert verify_pdf(pdf, lists=city.lists(), now=NOW).verdict is Outcome.GENUINE


@pytest.mark.parametrize("name", ATTACKS)
def test_nothing_else_stands_behind_a_seal(city: SmallCity, archived: bytes, name: str) -> None:
    pdf = ATTACKS[name](SealedPdf(archived), city)

    verdict = verify_pdf(pdf, lists=city.lists(), now=NOW)

    assert verdict.verdict is Outcome.ALTERED
    assert verdict.intact.codes in (("pdf_revisions_unexpected",), ("pdf_bytes_after_seal",))


def test_nothing_else_stands_behind_a_seal_without_archive_timestamp(city: SmallCity) -> None:
    sealed = city.sealed_pdf(city.first_card())
    assert (
        verify_pdf(in_timestamp()(SealedPdf(sealed), city), lists=city.lists(), now=NOW).verdict is not Outcome.ALTERED
    )

    for name, attack in ATTACKS.items():
        if name == "field named like an earlier timestamp":
            continue  # there is none
        with pytest.raises(SignatureInvalidError, match=r"pdf_revisions_unexpected|pdf_bytes_after_seal"):
            read_pdf_card(attack(SealedPdf(sealed), city))


def test_renewals_have_a_limit(city: SmallCity, archived: bytes) -> None:
    pdf = archived
    for _ in range(MAX_ARCHIVE_TIMESTAMPS - 1):
        pdf = in_timestamp()(SealedPdf(pdf), city)
    assert len(read_pdf_card(pdf).archive) == MAX_ARCHIVE_TIMESTAMPS

    with pytest.raises(SignatureInvalidError, match="pdf_revisions_unexpected"):
        read_pdf_card(in_timestamp()(SealedPdf(pdf), city))


@pytest.mark.parametrize("added", [b"\n", b" ", b"x", b"%%EOF\n", b"\0" * 1100])
def test_nothing_stands_behind_the_last_timestamp(city: SmallCity, archived: bytes, added: bytes) -> None:
    assert verify_pdf(archived + added, lists=city.lists(), now=NOW).verdict is Outcome.ALTERED
