from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp

from backend.signing import evidence as evidence_module
from backend.signing.errors import EvidenceUnavailableError, SignerRevokedError
from backend.signing.evidence import Evidence, EvidenceGatherer
from backend.signing.file_keys import FileSigningKey
from tests.backend.signing.openssl_authority import OpensslAuthority
from verifier.revocation import MAX_OCSP_BYTES


@pytest.fixture
def authority() -> Iterator[OpensslAuthority]:
    with OpensslAuthority() as running:
        yield running


@pytest.fixture
def gatherer(authority: OpensslAuthority) -> Iterator[EvidenceGatherer]:
    with EvidenceGatherer(expected_roots=[authority.root_der], timeout_seconds=2) as asked:
        yield asked


def now() -> datetime:
    return datetime.now(UTC)


def gather(gatherer: EvidenceGatherer, key: FileSigningKey, *, at: datetime | None = None) -> Evidence:
    moment = at or now()
    path = gatherer.find_signer_path(key.certificate, others=key.chain, now=moment)
    return gatherer.gather(path, now=moment)


def refusal(gatherer: EvidenceGatherer, key: FileSigningKey) -> str:
    with pytest.raises(EvidenceUnavailableError) as caught:
        gather(gatherer, key)
    return caught.value.reason


def test_responder_is_asked_first_and_its_answer_kept(authority: OpensslAuthority, gatherer: EvidenceGatherer) -> None:
    key = authority.make_key("Dấu")
    found = gather(gatherer, key)
    assert (len(found.ocsps), found.crls, found.certificates) == (1, (), (authority.root_der,))
    assert ocsp.load_der_ocsp_response(found.ocsps[0]).serial_number == key.certificate.serial_number
    for _ in range(5):
        assert gather(gatherer, key) is found
    assert (authority.responder_server.requests, authority.list_server.requests) == (1, 0)


def test_list_is_fetched_when_the_certificate_names_no_responder(
    authority: OpensslAuthority, gatherer: EvidenceGatherer
) -> None:
    found = gather(gatherer, authority.make_key("Dấu", ocsp=False))
    assert (found.ocsps, len(found.crls)) == ((), 1)
    assert x509.load_der_x509_crl(found.crls[0]).issuer == authority.root.subject


def test_list_stands_in_for_a_responder_that_is_down(authority: OpensslAuthority, gatherer: EvidenceGatherer) -> None:
    authority.responder_server.answer = lambda _: b""
    keys = [authority.make_key(f"Dấu {number}") for number in range(2)]
    assert [len(gather(gatherer, key).crls) for key in keys] == [1, 1]


def test_silent_responder_is_not_asked_for_every_certificate(
    authority: OpensslAuthority, gatherer: EvidenceGatherer
) -> None:
    authority.responder_server.answer = lambda _: bytes(MAX_OCSP_BYTES + 1)
    keys = [authority.make_key(f"Dấu {number}") for number in range(4)]
    assert all(gather(gatherer, key).crls for key in keys)
    assert authority.responder_server.requests == 2


def test_unknown_status_is_no_evidence_but_a_list_is(authority: OpensslAuthority, gatherer: EvidenceGatherer) -> None:
    assert refusal(gatherer, authority.make_key("Dấu", known=False, crl=False)) == "evidence_status_unknown"
    assert gather(gatherer, authority.make_key("Dấu khác", known=False)).crls


@pytest.mark.parametrize("source", ["ocsp", "crl"])
def test_revoked_signer_is_refused(authority: OpensslAuthority, gatherer: EvidenceGatherer, source: str) -> None:
    key = authority.make_key("Dấu", ocsp=source == "ocsp", crl=source == "crl")
    authority.revoke(key)
    with pytest.raises(SignerRevokedError, match="signer_revoked"):
        gather(gatherer, key)


def test_responder_that_has_to_be_looked_up_is_looked_up() -> None:
    with (
        OpensslAuthority(responder_checked=False) as authority,
        EvidenceGatherer(expected_roots=[authority.root_der]) as gatherer,
    ):
        key = authority.make_key("Dấu", crl=False)
        found = gather(gatherer, key)
        assert (len(found.ocsps), len(found.crls)) == (1, 1)
        authority.list_server.answer = lambda _: b"silence"
        with EvidenceGatherer(expected_roots=[authority.root_der]) as other:
            assert refusal(other, key) == "evidence_malformed"


def test_revocation_is_noticed_within_the_hour(authority: OpensslAuthority, gatherer: EvidenceGatherer) -> None:
    key = authority.make_key("Dấu")
    gather(gatherer, key)
    authority.revoke(key)
    gather(gatherer, key)
    with pytest.raises(SignerRevokedError):
        gather(gatherer, key, at=now() + timedelta(minutes=61))
    with pytest.raises(SignerRevokedError):
        gather(gatherer, key)


def test_older_answer_serves_while_its_source_is_silent(
    authority: OpensslAuthority, gatherer: EvidenceGatherer
) -> None:
    key = authority.make_key("Dấu", crl=False)
    found = gather(gatherer, key)
    authority.responder_server.answer = lambda _: b"silence"
    assert gather(gatherer, key, at=now() + timedelta(hours=20)) == found
    with pytest.raises(EvidenceUnavailableError):
        gather(gatherer, key, at=now() + timedelta(hours=25))


def test_given_list_needs_no_network(authority: OpensslAuthority) -> None:
    key, crl = authority.make_key("Dấu", ocsp=False, crl=False), authority.crl()
    with EvidenceGatherer(expected_roots=[authority.root_der], crls=[crl]) as gatherer:
        assert gather(gatherer, key).crls == (crl,)
    assert authority.list_server.requests == 0


def test_stale_list_proves_nothing(authority: OpensslAuthority) -> None:
    key, crl = authority.make_key("Dấu", ocsp=False, crl=False), authority.crl(hours=1)
    with EvidenceGatherer(expected_roots=[authority.root_der], crls=[crl]) as gatherer:
        with pytest.raises(EvidenceUnavailableError, match="evidence_stale"):
            gather(gatherer, key, at=now() + timedelta(hours=2))
        with pytest.raises(EvidenceUnavailableError, match="evidence_stale"):
            gather(gatherer, key, at=now() - timedelta(hours=2))


def test_stale_response_proves_nothing(authority: OpensslAuthority, gatherer: EvidenceGatherer) -> None:
    key = authority.make_key("Dấu", crl=False)
    gather(gatherer, key)
    for moment in (now() + timedelta(hours=25), now() - timedelta(hours=2)):
        with (
            EvidenceGatherer(expected_roots=[authority.root_der]) as other,
            pytest.raises(EvidenceUnavailableError, match="evidence_stale"),
        ):
            gather(other, key, at=moment)


def test_list_of_an_authority_with_another_name_proves_nothing(authority: OpensslAuthority) -> None:
    with OpensslAuthority(name="Gốc khác") as other:
        key, crl = authority.make_key("Dấu", ocsp=False, crl=False), other.crl()
    with EvidenceGatherer(expected_roots=[authority.root_der], crls=[crl]) as gatherer:
        assert refusal(gatherer, key) == "evidence_of_other_certificate"


def test_list_of_another_authority_proves_nothing(authority: OpensslAuthority, gatherer: EvidenceGatherer) -> None:
    key = authority.make_key("Dấu", ocsp=False)
    with OpensslAuthority() as other:  # same name, other key
        authority.list_server.answer = lambda _: other.crl()
        assert refusal(gatherer, key) == "evidence_signature_wrong"


def test_response_about_another_certificate_proves_nothing(
    authority: OpensslAuthority, gatherer: EvidenceGatherer
) -> None:
    key, other = (authority.make_key(name, crl=False) for name in ("Dấu", "Dấu khác"))
    response = gather(gatherer, other).ocsps[0]
    authority.responder_server.answer = lambda _: response
    assert refusal(gatherer, key) == "evidence_of_other_certificate"


def test_flipped_bit_in_a_response_proves_nothing(authority: OpensslAuthority, gatherer: EvidenceGatherer) -> None:
    key = authority.make_key("Dấu", crl=False)
    response = gather(gatherer, key).ocsps[0]
    signature = ocsp.load_der_ocsp_response(response).signature
    flipped = signature[:-1] + bytes([signature[-1] ^ 1])
    authority.responder_server.answer = lambda _: response.replace(signature, flipped)
    with EvidenceGatherer(expected_roots=[authority.root_der]) as other:
        assert refusal(other, key) == "evidence_signature_wrong"


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (b"<html>", "evidence_malformed"),
        (bytes(evidence_module.MAX_CRL_BYTES + 1), "evidence_too_large"),
    ],
)
def test_other_answers_prove_nothing(
    authority: OpensslAuthority, gatherer: EvidenceGatherer, answer: bytes, reason: str
) -> None:
    authority.list_server.answer = lambda _: answer
    assert refusal(gatherer, authority.make_key("Dấu", ocsp=False)) == reason


def test_certificate_without_addresses_is_said(authority: OpensslAuthority, gatherer: EvidenceGatherer) -> None:
    assert refusal(gatherer, authority.make_key("Dấu", ocsp=False, crl=False)) == "evidence_missing"


def test_signer_of_an_unlisted_authority_is_refused(authority: OpensslAuthority) -> None:
    key = authority.make_key("Dấu")
    with OpensslAuthority() as other, EvidenceGatherer(expected_roots=[other.root_der]) as gatherer:
        assert gather(gatherer, key).certificates == (authority.root_der,), "the key brings its own root"
        with pytest.raises(EvidenceUnavailableError, match="evidence_path_missing"):
            gatherer.find_signer_path(key.certificate, others=(), now=now())


def test_listed_certificate_itself_needs_no_evidence(authority: OpensslAuthority) -> None:
    key = authority.make_key("Dấu")
    der = key.certificate.public_bytes(Encoding.DER)
    with EvidenceGatherer(expected_roots=[der]) as pinned:
        path = pinned.find_signer_path(key.certificate, others=(), now=now())
        assert pinned.gather(path, now=now()) == Evidence(certificates=(), ocsps=(), crls=())
