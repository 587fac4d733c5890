import json
import re
import subprocess
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from asn1crypto import cms
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from backend.signing import seal_pdf
from backend.signing.demo_timestamp_server import DemoTimestampAuthority, DemoTimestampServer
from backend.signing.errors import SealFailedError, TimestampUnavailableError
from backend.signing.file_keys import FileSigningKey
from backend.signing.seal_pdf import PdfSealer, UnsignedPdf
from backend.signing.timestamps import TimestampAuthorities
from tests.backend.issuing.one_typesetter import typeset_card
from tests.backend.issuing.sample_records import primary_record


@pytest.fixture(scope="module")
def authorities(timestamp_key: FileSigningKey, root: tuple[x509.Certificate, object]) -> Iterator[TimestampAuthorities]:
    authority, roots = DemoTimestampAuthority(timestamp_key), [root[0].public_bytes(Encoding.DER)]
    with (
        DemoTimestampServer(authority) as server,
        TimestampAuthorities([server.url], expected_roots=roots) as asked,
    ):
        yield asked


@pytest.fixture(scope="module")
def page(now: datetime) -> UnsignedPdf:
    return typeset_card(primary_record(), xml=b"<HOC_BA/>", capsule_url="https://hocba.example/v#123", now=now)


@pytest.fixture
def sealed(page: UnsignedPdf, seal_key: FileSigningKey, authorities: TimestampAuthorities, now: datetime) -> bytes:
    return PdfSealer(seal_key, authorities, evidence=None, reason="Phát hành học bạ").seal(page, now=now)


def contents_of(pdf: bytes) -> Any:
    """The CMS of the only signature."""
    (hexadecimal,) = re.findall(rb"/Contents <([0-9a-fA-F]+)>", pdf)
    return cms.ContentInfo.load(bytes.fromhex(hexadecimal.decode()))["content"]


def run(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def test_pdfsig_finds_one_valid_signature_over_the_whole_file(sealed: bytes, tmp_path: Path) -> None:
    (tmp_path / "card.pdf").write_bytes(sealed)
    said = run("pdfsig", "-nocert", str(tmp_path / "card.pdf"))
    assert said.count("Signature #") == 1
    assert "Signature Validation: Signature is Valid." in said
    assert "Total document signed" in said
    assert "Signature Type: ETSI.CAdES.detached" in said
    assert "Signer Certificate Common Name: Sở Giáo dục và Đào tạo" in said
    assert "No syntax or stream encoding errors found" in run("qpdf", "--check", str(tmp_path / "card.pdf"))


def test_rsa_key_seals_as_well(
    page: UnsignedPdf, school_key: FileSigningKey, authorities: TimestampAuthorities, now: datetime, tmp_path: Path
) -> None:
    (tmp_path / "card.pdf").write_bytes(PdfSealer(school_key, authorities, evidence=None).seal(page, now=now))
    assert "Signature is Valid" in run("pdfsig", "-nocert", str(tmp_path / "card.pdf"))


def test_page_stays_byte_for_byte_and_one_revision_is_added(page: UnsignedPdf, sealed: bytes) -> None:
    assert sealed.startswith(page)
    assert sealed.count(b"%%EOF") == 2
    assert sealed.endswith(b"%%EOF\n")


def test_metadata_and_version_stay_as_typeset(page: UnsignedPdf, sealed: bytes) -> None:
    added = sealed[len(page) :]
    for word in (b"/Producer", b"<x:xmpmeta", b"/Version", b"pyHanko"):
        assert word not in added


def test_field_is_fit_for_pdf_a_and_pdf_ua(sealed: bytes, tmp_path: Path) -> None:
    (tmp_path / "card.pdf").write_bytes(sealed)
    objects = json.loads(run("qpdf", "--json", "--json-key=qpdf", str(tmp_path / "card.pdf")))["qpdf"][1]
    values = [entry["value"] for entry in objects.values() if "value" in entry]
    (field,) = [value for value in values if isinstance(value, dict) and value.get("/FT") == "/Sig"]
    assert field["/F"] & 4, "PDF/A wants it printable"
    assert not field["/F"] & 2, "PDF/A wants it not hidden"
    assert all(number < 0 for number in field["/Rect"]), "PDF/UA wants it tagged or outside the page"
    assert field["/TU"] == "u:Dấu điện tử của học bạ"
    page_object = objects["obj:" + field["/P"]]["value"]
    assert page_object["/Tabs"] == "/S"


def test_certificates_stand_once_and_the_root_not_at_all(
    sealed: bytes, seal_key: FileSigningKey, root: tuple[x509.Certificate, object]
) -> None:
    embedded = [choice.chosen.dump() for choice in contents_of(sealed)["certificates"]]
    assert embedded == [seal_key.certificate.public_bytes(Encoding.DER)]
    assert root[0].public_bytes(Encoding.DER) not in embedded


def test_signature_bears_a_timestamp_and_no_claimed_time(sealed: bytes) -> None:
    (signer,) = contents_of(sealed)["signer_infos"]
    assert [attribute["type"].native for attribute in signer["unsigned_attrs"]] == ["signature_time_stamp_token"]
    signed = {attribute["type"].native for attribute in signer["signed_attrs"]}
    assert signed == {"content_type", "message_digest", "signing_certificate_v2"}


def test_sealed_page_cannot_be_sealed_again(
    sealed: bytes, seal_key: FileSigningKey, authorities: TimestampAuthorities, now: datetime
) -> None:
    with pytest.raises(SealFailedError, match="pdf_sealed_already"):
        PdfSealer(seal_key, authorities, evidence=None).seal(UnsignedPdf(sealed), now=now)


@pytest.mark.parametrize("pdf", [b"", b"no PDF", b"%PDF-1.7\n%%EOF\n"])
def test_other_bytes_are_refused(
    pdf: bytes, seal_key: FileSigningKey, authorities: TimestampAuthorities, now: datetime
) -> None:
    with pytest.raises(SealFailedError, match="pdf_not_sealable"):
        PdfSealer(seal_key, authorities, evidence=None).seal(UnsignedPdf(pdf), now=now)


def test_nothing_is_sealed_without_a_timestamp(page: UnsignedPdf, seal_key: FileSigningKey, now: datetime) -> None:
    with (
        TimestampAuthorities([], expected_roots=[]) as none,
        pytest.raises(TimestampUnavailableError, match="timestamp_authority_missing"),
    ):
        PdfSealer(seal_key, none, evidence=None).seal(page, now=now)


def test_token_larger_than_its_room_gets_more(
    page: UnsignedPdf,
    seal_key: FileSigningKey,
    authorities: TimestampAuthorities,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(seal_pdf, "FIRST_TOKEN_ROOM_BYTES", 500)
    sealed = PdfSealer(seal_key, authorities, evidence=None).seal(page, now=now)
    assert len(contents_of(sealed)["signer_infos"][0]["unsigned_attrs"].dump()) > 1000
    assert sealed.count(b"%%EOF") == 2


def test_one_sealer_seals_many_and_no_two_alike(
    page: UnsignedPdf, make_key: Callable[..., FileSigningKey], authorities: TimestampAuthorities, now: datetime
) -> None:
    sealer = PdfSealer(make_key("Sở Giáo dục và Đào tạo"), authorities, evidence=None)
    assert len({bytes(sealer.seal(page, now=now)) for _ in range(3)}) == 3


def test_room_is_made_to_measure(
    page: UnsignedPdf, seal_key: FileSigningKey, authorities: TimestampAuthorities, now: datetime
) -> None:
    sealer = PdfSealer(seal_key, authorities, evidence=None)
    first, second = (len(sealer.seal(page, now=now)) for _ in range(2))
    assert second < first - 6000
