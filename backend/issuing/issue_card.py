"""One accepted card becomes a sealed PDF that the public's own verifier calls genuine, or an error with a code.

1. the signed XML is taken apart and its signatures are verified anew: nothing is printed that is not signed now;
2. the capsule is sealed: the card's marks and the SHA-256 of the XML, for the QR;
3. the page is typeset with XML and QR;
4. the department's seal, its evidence and timestamps are put on it (PAdES B-LTA);
5. the finished file must begin with the very bytes of the page from step 3: that page is the form's rendering of the
   signed XML, made a moment ago from nothing else. What stands behind them is verified in step 6, which lets a seal,
   its evidence and timestamps add nothing that shows. So the page that is stored is compared byte by byte with the
   rendering, and neither has to be drawn or read as text again;
6. the result is verified with the lists that the public gets. Anything but ``genuine`` is an error.

Nothing here touches the database or the object store.
"""

import hashlib
from datetime import datetime

from msgspec import Struct

from backend.archive.pages.card_page import CardPage, make_card_page
from backend.issuing.errors import IssuingError
from backend.issuing.typeset import Typesetter
from backend.signing.evidence import EvidenceGatherer
from backend.signing.keys import OrganisationKeys
from backend.signing.seal_pdf import PdfSealer, SealedPdf
from backend.signing.timestamps import TimestampAuthorities
from verifier.capsule import Capsule, capsule_url, seal_capsule
from verifier.lists import Lists
from verifier.record.card_document import read_card
from verifier.verdict import Outcome
from verifier.verify import verify_pdf
from verifier.xml_signature import verify_card_signatures


class NotGenuineError(IssuingError):
    """The finished PDF does not pass the public check; it must not be kept."""

    code = "issued_card_not_genuine"


class PageChangedError(IssuingError):
    """The finished PDF does not hold the page that was made of the signed XML; it must not be kept."""

    code = "issued_page_changed"


class IssuedPdf(Struct, frozen=True):
    """A PDF that passed the public check."""

    pdf: SealedPdf
    sha256: str
    """Hexadecimal, over the PDF."""
    issued_at: datetime
    page: CardPage
    """What parents read of it."""


class CardIssuer:
    """Issues one card after the other: keys, fonts and connections are loaded once, at the start."""

    def __init__(
        self,
        keys: OrganisationKeys,
        authorities: TimestampAuthorities,
        evidence: EvidenceGatherer,
        *,
        lists: Lists,
        public_url: str,
    ) -> None:
        self._keys = keys
        self._lists = lists
        self._public_url = public_url
        self._typesetter = Typesetter()
        self._sealer = PdfSealer(keys.pdf_seal, authorities, evidence=evidence)

    def issue(self, xml: bytes, now: datetime) -> IssuedPdf:
        """Make the PDF of a card's signed XML; ``now`` becomes its date of issue.

        Raises:
            VerifierError: the XML is no card any more, or does not fit the capsule.
            IssuingError: it cannot be printed, or the result is not genuine.
            SigningError: it cannot be sealed; ``TimestampUnavailableError`` and ``EvidenceUnavailableError`` may
                pass by themselves.
        """
        # 1: what is signed.
        document = read_card(xml)
        card = verify_card_signatures(document)
        # 2: the capsule. Its clock counts seconds (RFC 8392, section 2), so the card's does too.
        issued_at = now.replace(microsecond=0)
        capsule = Capsule(card.record.transcript, issued_at=issued_at, xml_sha256=card.xml_sha256)
        cose = seal_capsule(capsule, key=self._keys.capsule, kid=self._keys.capsule.kid)
        # 3: the page.
        page = self._typesetter.typeset(
            card.record,
            xml=document.xml,
            capsule_url=capsule_url(self._public_url, cose),
            signed_at={signature.role: signature.claimed_at for signature in card.signatures},
            now=issued_at,
        )
        # 4: seal, evidence, timestamps.
        sealed = self._sealer.seal(page, now=issued_at)
        # 5: the page that the seal is on.
        if not sealed.startswith(page):
            raise PageChangedError
        # 6: as the public sees it.
        verdict = verify_pdf(sealed, lists=self._lists, public_url=self._public_url, now=now)
        if verdict.verdict is not Outcome.GENUINE:
            codes = (*verdict.intact.codes, *verdict.issuer.codes, *verdict.status.codes)
            raise NotGenuineError(verdict=verdict.verdict.value, codes=" ".join(codes))
        return IssuedPdf(
            pdf=sealed,
            sha256=hashlib.sha256(sealed).hexdigest(),
            issued_at=issued_at,
            page=make_card_page(card, lists=self._lists, issued_at=issued_at, now=now),
        )
