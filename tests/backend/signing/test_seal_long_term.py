"""Level B-LTA, with openssl's timestamps, OCSP responses and lists, and other people's programs as judges."""

import asyncio
import re
import subprocess
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from io import BytesIO
from itertools import pairwise
from pathlib import Path

import pikepdf
import pytest
from asn1crypto import cms
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation.ades import ades_lta_validation
from pyhanko.sign.validation.policy_decl import PdfSignatureValidationSpec, SignatureValidationSpec
from pyhanko_certvalidator.context import CertValidationPolicySpec
from pyhanko_certvalidator.policy_decl import CertRevTrustPolicy, RevocationCheckingPolicy
from pyhanko_certvalidator.registry import SimpleTrustManager

from backend.signing.demo_timestamp_server import DemoTimestampAuthority, DemoTimestampServer
from backend.signing.errors import EvidenceUnavailableError, SignerRevokedError, TimestampUnavailableError
from backend.signing.evidence import EvidenceGatherer
from backend.signing.file_keys import FileSigningKey
from backend.signing.seal_pdf import PdfSealer, UnsignedPdf
from backend.signing.timestamps import TimestampAuthorities
from tests.backend.issuing.one_typesetter import typeset_card
from tests.backend.issuing.sample_records import primary_record
from tests.backend.signing.openssl_authority import OpensslAuthority, WebServer
from tests.verifier.test_certificate_path import Issued, crl_of, issue


@pytest.fixture(scope="module")
def page(now: datetime) -> UnsignedPdf:
    return typeset_card(primary_record(), xml=b"<HOC_BA/>", capsule_url="https://hocba.example/v#123", now=now)


@pytest.fixture
def authority() -> Iterator[OpensslAuthority]:
    with OpensslAuthority() as running:
        yield running


@pytest.fixture
def evidence(authority: OpensslAuthority) -> Iterator[EvidenceGatherer]:
    with EvidenceGatherer(expected_roots=[authority.root_der]) as gatherer:
        yield gatherer


@pytest.fixture
def timestamp_key(authority: OpensslAuthority) -> FileSigningKey:
    return authority.make_key("Dấu thời gian", timestamping=True)


@pytest.fixture
def timestamp_server(authority: OpensslAuthority, timestamp_key: FileSigningKey) -> Iterator[WebServer]:
    with WebServer(authority.timestamps_of(timestamp_key)) as server:
        yield server


@pytest.fixture
def authorities(authority: OpensslAuthority, timestamp_server: WebServer) -> Iterator[TimestampAuthorities]:
    with TimestampAuthorities([timestamp_server.url], expected_roots=[authority.root_der]) as asked:
        yield asked


def seal(
    page: UnsignedPdf, key: FileSigningKey, authorities: TimestampAuthorities, evidence: EvidenceGatherer
) -> bytes:
    return PdfSealer(key, authorities, evidence=evidence).seal(page, now=datetime.now(UTC))


@pytest.fixture
def sealed(
    page: UnsignedPdf, authority: OpensslAuthority, authorities: TimestampAuthorities, evidence: EvidenceGatherer
) -> bytes:
    return seal(page, authority.make_key("Sở Giáo dục"), authorities, evidence)


def run(*command: str, cwd: Path | None = None) -> str:
    ended = subprocess.run(command, check=True, capture_output=True, text=True, cwd=cwd)
    return ended.stdout + ended.stderr


def revisions_of(pdf: bytes) -> list[bytes]:
    """The file as it was after each revision."""
    return [pdf[: end.end()] for end in re.finditer(rb"%%EOF\n", pdf)]


def signatures_of(pdf: bytes) -> list[tuple[bytes, bytes]]:
    """What each signature covers, and its CMS."""
    found = re.findall(rb"/ByteRange \[ 0 (\d+) (\d+) (\d+) \] +/Contents <([0-9A-F]+)>", pdf)
    signatures = []
    for before, start, length, digits in found:
        covered = pdf[: int(before)] + pdf[int(start) : int(start) + int(length)]
        padded = bytes.fromhex(digits.decode())
        signatures.append((covered, cms.ContentInfo.load(padded).dump()))
    return signatures


def test_foreign_readers_see_both_signatures_in_a_sound_file(sealed: bytes, tmp_path: Path) -> None:
    (tmp_path / "card.pdf").write_bytes(sealed)
    said = run("pdfsig", "-nocert", str(tmp_path / "card.pdf"))
    assert said.count("Signature #") == 2
    assert "Signature Validation: Signature is Valid." in said
    assert "Signature Field Name: DauHocBa" in said
    assert said.partition("Signature #2")[2].count("Total document signed") == 1
    assert "No syntax or stream encoding errors found" in run("qpdf", "--check", str(tmp_path / "card.pdf"))


def test_openssl_accepts_the_seal_and_both_timestamps(
    sealed: bytes, authority: OpensslAuthority, tmp_path: Path
) -> None:
    (seal_covers, seal_cms), (all_bytes, document_token) = signatures_of(sealed)
    (signer,) = cms.ContentInfo.load(seal_cms)["content"]["signer_infos"]
    token = signer["unsigned_attrs"][0]["values"][0]
    (tmp_path / "root.pem").write_bytes(authority.root.public_bytes(Encoding.PEM))
    (tmp_path / "seal.der").write_bytes(seal_cms)
    (tmp_path / "page").write_bytes(seal_covers)
    said = run("openssl", "cms", "-verify", "-cades", "-binary", "-inform", "DER", "-in", "seal.der", "-content",
               "page", "-CAfile", "root.pem", "-purpose", "any", "-out", "/dev/null", cwd=tmp_path)  # fmt: skip
    assert "CAdES Verification successful" in said
    for name, covered, der in (
        ("seal-time", signer["signature"].native, token.dump()),
        ("document-time", all_bytes, document_token),
    ):
        (tmp_path / f"{name}.data").write_bytes(covered)
        (tmp_path / f"{name}.tok").write_bytes(der)
        said = run("openssl", "ts", "-verify", "-data", f"{name}.data", "-in", f"{name}.tok", "-token_in", "-CAfile",
                   "root.pem", cwd=tmp_path)  # fmt: skip
        assert "Verification: OK" in said


def test_pyhanko_finds_it_valid_to_b_lta(sealed: bytes, authority: OpensslAuthority) -> None:
    root = asn1_x509.Certificate.load(authority.root_der)
    required = CertRevTrustPolicy(RevocationCheckingPolicy.from_legacy("require"))
    policy = CertValidationPolicySpec(trust_manager=SimpleTrustManager.build([root]), revinfo_policy=required)
    spec = PdfSignatureValidationSpec(SignatureValidationSpec(cert_validation_policy=policy))
    reader = PdfFileReader(BytesIO(sealed), strict=True)
    result = asyncio.run(ades_lta_validation(reader.embedded_regular_signatures[0], spec))
    assert result.ades_subindic.standard_name == "OK", result.failure_msg


def test_revisions_are_those_of_the_format(page: UnsignedPdf, sealed: bytes) -> None:
    revisions = revisions_of(sealed)
    assert len(revisions) == 4
    assert revisions[0] == page
    assert revisions[3] == sealed
    states = [pikepdf.open(BytesIO(revision)) for revision in revisions]
    changed = [_changed(before, after) for before, after in pairwise(states)]
    size, catalog, first_page = int(states[0].trailer.Size), states[0].Root.objgen[0], states[0].pages[0].objgen[0]
    seal, field, form, annotations = range(size, size + 4)
    assert changed[0] == {catalog, first_page, seal, field, form, annotations, size + 4}
    dss = size + 5
    assert states[2].Root.DSS.objgen[0] == dss
    new_in_dss = changed[1] - {catalog}
    assert new_in_dss == set(range(dss, dss + len(new_in_dss)))
    assert changed[2] == {form, annotations, *range(dss + len(new_in_dss), dss + len(new_in_dss) + 3)}
    assert [str(one.T) for one in states[3].Root.AcroForm.Fields] == ["DauHocBa", "DauThoiGian"]
    assert states[3].Root.AcroForm.Fields[1].V.Type == "/DocTimeStamp"


def _changed(before: pikepdf.Pdf, after: pikepdf.Pdf) -> set[int]:
    old = {number: _written(before, number) for number in range(1, int(before.trailer.Size))}
    return {
        number
        for number in range(1, int(after.trailer.Size))
        if number not in old or _written(after, number) != old[number]
    }


def _written(pdf: pikepdf.Pdf, number: int) -> tuple[bytes, bytes]:
    value = pdf.get_object(number, 0)
    return value.unparse(resolved=True), value.read_raw_bytes() if isinstance(value, pikepdf.Stream) else b""


def test_both_fields_are_fit_for_pdf_a_and_pdf_ua(page: UnsignedPdf, sealed: bytes) -> None:
    with pikepdf.open(BytesIO(sealed)) as document, pikepdf.open(BytesIO(page)) as typeset:
        fields, first = document.Root.AcroForm.Fields, document.pages[0]
        assert [one.objgen for one in first.Annots] == [one.objgen for one in fields]
        for field in fields:
            assert field.F == 132, "PDF/A wants it printable and not hidden"
            assert all(number < 0 for number in field.Rect), "PDF/UA wants it tagged or outside the page"
            assert field.P.objgen == first.objgen
        assert [str(one.TU) for one in fields] == ["Dấu điện tử của học bạ", "Dấu thời gian của học bạ"]
        assert first.Tabs == "/S"
        assert document.Root.Metadata.read_bytes() == typeset.Root.Metadata.read_bytes()
        assert document.Root.StructTreeRoot.unparse(resolved=True) == typeset.Root.StructTreeRoot.unparse(resolved=True)


def test_evidence_is_there_for_seal_and_authority_and_stands_once(
    sealed: bytes, authority: OpensslAuthority, timestamp_key: FileSigningKey
) -> None:
    with pikepdf.open(BytesIO(sealed)) as document:
        dss = document.Root.DSS
        certificates = [one.read_bytes() for one in dss.Certs]
        responses = [one.read_bytes() for one in dss.OCSPs]
        assert set(dss.keys()) == {"/Type", "/Certs", "/OCSPs"}
    assert certificates == [authority.root_der]
    assert len(responses) == 2
    assert any(_serial_in(timestamp_key, response) for response in responses)
    assert sealed.count(authority.root_der) <= 1


def _serial_in(key: FileSigningKey, response: bytes) -> bool:
    serial = key.certificate.serial_number
    return serial.to_bytes((serial.bit_length() + 7) // 8, "big") in response


def test_lists_do_as_well_as_responses(
    page: UnsignedPdf, authority: OpensslAuthority, authorities: TimestampAuthorities
) -> None:
    crl = authority.crl()
    with EvidenceGatherer(expected_roots=[authority.root_der], crls=[crl]) as evidence:
        sealed = seal(page, authority.make_key("Sở"), authorities, evidence)
    with pikepdf.open(BytesIO(sealed)) as document:
        assert [one.read_bytes() for one in document.Root.DSS.CRLs] == [crl]
        assert "/OCSPs" not in document.Root.DSS


def test_certificates_in_the_seal_are_not_repeated_in_its_evidence(
    page: UnsignedPdf,
    make_key: Callable[..., FileSigningKey],
    root: tuple[x509.Certificate, ec.EllipticCurvePrivateKey],
    now: datetime,
) -> None:
    own_root = issue("Gốc riêng")
    middle = issue("Cấp dưới", own_root)
    leaf = issue("Sở", middle, authority=False)
    stamps = Issued(root[1], root[0])
    key = FileSigningKey(leaf.key, leaf.certificate, middle.certificate, own_root.certificate)
    authority = DemoTimestampAuthority(make_key("Dấu thời gian", timestamping=True), clock=lambda: now)
    lists = [crl_of(one) for one in (own_root, middle, stamps)]
    with (
        DemoTimestampServer(authority) as server,
        TimestampAuthorities([server.url], expected_roots=[stamps.der]) as asked,
        EvidenceGatherer(expected_roots=[], crls=lists) as evidence,
    ):
        sealed = PdfSealer(key, asked, evidence=evidence).seal(page, now=now)
    in_seal, in_token = (_certificates_in(der) for _, der in signatures_of(sealed))
    assert in_seal == {leaf.der, middle.der}
    with pikepdf.open(BytesIO(sealed)) as document:
        written = [one.read_bytes() for one in document.Root.DSS.Certs]
        assert {one.read_bytes() for one in document.Root.DSS.CRLs} == set(lists)
    assert set(written) | in_token == {own_root.der, *in_token}
    assert not set(written) & (in_seal | in_token)


def _certificates_in(der: bytes) -> set[bytes]:
    return {choice.chosen.dump() for choice in cms.ContentInfo.load(der)["content"]["certificates"]}


def test_revoked_key_seals_nothing(
    page: UnsignedPdf,
    authority: OpensslAuthority,
    timestamp_server: WebServer,
    authorities: TimestampAuthorities,
    evidence: EvidenceGatherer,
) -> None:
    key = authority.make_key("Sở")
    authority.revoke(key)
    with pytest.raises(SignerRevokedError, match="signer_revoked"):
        seal(page, key, authorities, evidence)
    assert timestamp_server.requests == 0


def test_nothing_is_sealed_without_evidence(
    page: UnsignedPdf, authority: OpensslAuthority, authorities: TimestampAuthorities, evidence: EvidenceGatherer
) -> None:
    key = authority.make_key("Sở", ocsp=False, crl=False)
    with pytest.raises(EvidenceUnavailableError, match="evidence_missing"):
        seal(page, key, authorities, evidence)


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [("revoked", "timestamp_certificate_revoked"), ("unknown", "timestamp_evidence_unavailable")],
)
def test_authority_that_is_revoked_or_unknown_is_passed_over(
    page: UnsignedPdf,
    authority: OpensslAuthority,
    timestamp_server: WebServer,
    evidence: EvidenceGatherer,
    spoil: str,
    reason: str,
) -> None:
    bad = authority.make_key("Dấu thời gian", timestamping=True, known=spoil != "unknown", crl=False)
    if spoil == "revoked":
        authority.revoke(bad)
    key, roots = authority.make_key("Sở"), [authority.root_der]
    with WebServer(authority.timestamps_of(bad)) as first:
        with TimestampAuthorities([first.url, timestamp_server.url], expected_roots=roots) as both:
            assert seal(page, key, both, evidence)
        with (
            TimestampAuthorities([first.url], expected_roots=roots) as only,
            pytest.raises(TimestampUnavailableError, match=reason),
        ):
            seal(page, key, only, evidence)


def test_authority_that_changes_between_the_timestamps_gets_its_evidence_in_before(
    page: UnsignedPdf,
    authority: OpensslAuthority,
    authorities: TimestampAuthorities,
    timestamp_server: WebServer,
    evidence: EvidenceGatherer,
) -> None:
    other = authority.make_key("Dấu thời gian khác", timestamping=True)
    answers = [timestamp_server.answer, *[authority.timestamps_of(other)] * 2]

    def answer(asked: bytes) -> bytes:
        return answers.pop(0)(asked)

    timestamp_server.answer = answer
    sealed = seal(page, authority.make_key("Sở"), authorities, evidence)
    assert answers == []
    assert len(revisions_of(sealed)) == 4
    with pikepdf.open(BytesIO(sealed)) as document:
        assert len(document.Root.DSS.OCSPs) == 3


def test_authority_that_changes_for_ever_is_given_up(
    page: UnsignedPdf,
    authority: OpensslAuthority,
    authorities: TimestampAuthorities,
    timestamp_server: WebServer,
    evidence: EvidenceGatherer,
) -> None:
    def answer(asked: bytes) -> bytes:
        return authority.timestamps_of(authority.make_key("Dấu thời gian", timestamping=True))(asked)

    timestamp_server.answer = answer
    with pytest.raises(TimestampUnavailableError, match="timestamp_authority_unsteady"):
        seal(page, authority.make_key("Sở"), authorities, evidence)


def test_page_with_a_table_of_references_keeps_its_kind(
    page: UnsignedPdf, authority: OpensslAuthority, authorities: TimestampAuthorities, evidence: EvidenceGatherer
) -> None:
    plain = BytesIO()
    with pikepdf.open(BytesIO(page)) as document:
        document.save(plain, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    sealed = seal(UnsignedPdf(plain.getvalue()), authority.make_key("Sở", rsa_key=True), authorities, evidence)
    assert sealed.count(b"\nxref\n") == 4
    reader = PdfFileReader(BytesIO(sealed), strict=True)
    assert [one.field_name for one in reader.embedded_signatures] == ["DauHocBa", "DauThoiGian"]
    assert reader.total_revisions == 4


def test_one_year_card_has_at_most_100_kilobytes(sealed: bytes) -> None:
    assert len(sealed) <= 100_000
