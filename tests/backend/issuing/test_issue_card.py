"""What leaves ``CardIssuer`` is the page that was made of the signed XML, sealed; another genuine card's is not."""

from datetime import datetime

import pytest

from backend.issuing.issue_card import CardIssuer, PageChangedError
from backend.signing.evidence import EvidenceGatherer
from backend.signing.keys import OrganisationKeys
from backend.signing.seal_pdf import PdfSealer, SealedPdf, UnsignedPdf
from backend.signing.timestamps import TimestampAuthorities
from tests.verifier.small_city import NOW, PUBLIC_URL, small_city
from verifier.verdict import Outcome
from verifier.verify import verify_pdf

_NOBODY_IS_ASKED = "http://127.0.0.1:9/"


@pytest.fixture
def issuer() -> CardIssuer:
    city = small_city()
    keys = OrganisationKeys(
        capsule=city.capsule_key, status=city.status_key, registry=city.registry_key, pdf_seal=city.pdf_seal
    )
    authorities = TimestampAuthorities((_NOBODY_IS_ASKED,), expected_roots=())
    evidence = EvidenceGatherer(expected_roots=(), crls=())
    return CardIssuer(keys, authorities, evidence, lists=city.lists(), public_url=PUBLIC_URL)


def test_another_genuine_card_is_not_taken_for_the_one_that_was_typeset(
    issuer: CardIssuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    city = small_city()
    other = city.sealed_pdf()
    assert verify_pdf(other, lists=city.lists(), now=NOW).verdict is Outcome.GENUINE

    def mix_up(_sealer: PdfSealer, _page: UnsignedPdf, **_moment: datetime) -> SealedPdf:
        return SealedPdf(other)

    monkeypatch.setattr(PdfSealer, "seal", mix_up)
    with pytest.raises(PageChangedError, match="issued_page_changed"):
        issuer.issue(city.first_card(), NOW)
