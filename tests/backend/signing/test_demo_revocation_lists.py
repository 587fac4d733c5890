from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from backend.demo.pki import DemoPki
from backend.signing.demo_revocation_lists import make_demo_lists
from backend.signing.errors import KeyRefusedError
from backend.signing.evidence import EvidenceGatherer
from backend.signing.file_keys import load_organisation_keys
from backend.signing.key_settings import Mode

NOW = datetime(2026, 11, 24, 8, 20, 7, tzinfo=UTC)


@pytest.fixture(scope="module")
def pki(tmp_path_factory: pytest.TempPathFactory) -> DemoPki:
    made = DemoPki(tmp_path_factory.mktemp("pki"))
    made.make(now=NOW)
    return made


def test_each_authority_has_a_list_of_this_hour(pki: DemoPki) -> None:
    lists = [x509.load_der_x509_crl(der) for der in make_demo_lists(pki.department_folder.parent, now=NOW)]
    roots = {x509.load_der_x509_certificate(root.certificate).subject for root in pki.trusted_roots()}
    assert {one.issuer for one in lists} == roots
    assert {one.last_update_utc for one in lists} == {datetime(2026, 11, 24, 8, tzinfo=UTC)}
    assert all(len(one) == 0 for one in lists)


def test_lists_are_evidence_for_the_seal_and_the_timestamp_authority_of_the_demo(pki: DemoPki) -> None:
    roots = [root.certificate for root in pki.trusted_roots()]
    crls = make_demo_lists(pki.department_folder.parent, now=NOW)
    seal = load_organisation_keys(pki.department_folder, mode=Mode.DEMO).pdf_seal
    with EvidenceGatherer(expected_roots=roots, crls=crls) as gatherer:
        for key in (seal, pki.timestamp_key()):
            path = gatherer.find_signer_path(key.certificate, others=key.chain, now=NOW + timedelta(days=6))
            evidence = gatherer.gather(path, now=NOW + timedelta(days=6))
            assert len(evidence.crls) == 1
            assert evidence.certificates == (key.chain[0].public_bytes(Encoding.DER),)


def test_folder_without_authorities_has_no_lists(tmp_path: Path) -> None:
    assert make_demo_lists(tmp_path, now=NOW) == ()


def test_damaged_authority_is_said(tmp_path: Path) -> None:
    (tmp_path / "authority-official.pem").write_bytes(b"no key")
    with pytest.raises(KeyRefusedError, match="key_file_unreadable"):
        make_demo_lists(tmp_path, now=NOW)
