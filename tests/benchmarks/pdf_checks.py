"""What a check of a B-LTA PDF costs beside pyHanko's plain validation of its signature and document timestamp.

The plain way calls pyHanko's ``ades_lta_validation`` on the same file and believes its answer. Ours is everything that
``verify_pdf`` does but drawing the pages for their QR, so XML, roles, capsule and lists too; the row below it adds the
pages.
"""

import asyncio
import logging
import time
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from unittest import mock

from asn1crypto import x509 as asn1_x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation.ades import ades_lta_validation
from pyhanko.sign.validation.policy_decl import PdfSignatureValidationSpec, SignatureValidationSpec
from pyhanko_certvalidator.context import CertValidationPolicySpec
from pyhanko_certvalidator.ltv.types import ValidationTimingInfo
from pyhanko_certvalidator.policy_decl import CertRevTrustPolicy, RevocationCheckingPolicy
from pyhanko_certvalidator.registry import SimpleTrustManager
from rich.console import Console
from rich.table import Table

from tests.verifier.small_city import NOW, SIGNED_AT, SmallCity, small_city
from verifier import verify
from verifier.qr import read_pdf_pages
from verifier.verdict import Outcome

CHECKS = 40
_SOON = SIGNED_AT + timedelta(days=1, minutes=5)
"""While the revocation lists in the file are fresh: later pyHanko wants lists made after the seal."""


def print_pdf_checks(console: Console, checks: int = CHECKS) -> None:
    """One row a way."""
    logging.getLogger("pyhanko").setLevel(logging.ERROR)
    city = small_city()
    pdf, lists = city.archived_pdf(city.first_card()), city.lists()
    texts = read_pdf_pages(pdf)

    def whole() -> None:
        assert verify.verify_pdf(pdf, lists=lists, now=NOW).verdict is Outcome.GENUINE

    plain = _measure(lambda: _plain(pdf, city), checks)
    with mock.patch.object(verify, "read_pdf_pages", return_value=texts):
        undrawn = _measure(whole, checks)
    drawn = _measure(whole, checks)
    table = Table("check of a B-LTA PDF", "ms", "times as fast as plain")
    table.add_row("pyHanko, signature and document timestamp", f"{plain:.1f}", "1.0")
    table.add_row("hocba, everything but drawing the pages", f"{undrawn:.1f}", f"{plain / undrawn:.1f}")
    table.add_row("hocba, everything", f"{drawn:.1f}", f"{plain / drawn:.1f}")
    console.print(table)


def _plain(pdf: bytes, city: SmallCity) -> None:
    roots = [asn1_x509.Certificate.load(one.der) for one in (city.department, city.timestamps)]
    required = CertRevTrustPolicy(RevocationCheckingPolicy.from_legacy("require"))
    policy = CertValidationPolicySpec(trust_manager=SimpleTrustManager.build(roots), revinfo_policy=required)
    spec = PdfSignatureValidationSpec(SignatureValidationSpec(cert_validation_policy=policy))
    signature = PdfFileReader(BytesIO(pdf)).embedded_regular_signatures[0]
    timing = ValidationTimingInfo(validation_time=_SOON, best_signature_time=_SOON, point_in_time_validation=True)
    result = asyncio.run(ades_lta_validation(signature, spec, timing_info=timing))
    assert result.ades_subindic.standard_name == "OK", result.failure_msg


def _measure(check: Callable[[], None], checks: int) -> float:
    """Milliseconds of the processor a check."""
    check()
    began = time.process_time()
    for _ in range(checks):
        check()
    return 1000 * (time.process_time() - began) / checks


if __name__ == "__main__":
    print_pdf_checks(Console())
