"""What seals a card in the tests without a network: a timestamp authority in this process, and any evidence at all."""

import datetime as dt
from collections.abc import Callable, Sequence

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from backend.signing.demo_timestamp_server import DemoTimestampAuthority
from backend.signing.evidence import Evidence, EvidenceGatherer
from backend.signing.file_keys import FileSigningKey
from backend.signing.timestamps import Timestamp, build_request, parse_response


class GivenEvidence(EvidenceGatherer):
    """Takes any lists for evidence, as a sealer with other ideas would."""

    def __init__(self, honest: EvidenceGatherer, *, crls: tuple[bytes, ...]) -> None:
        self._honest = honest
        self._crls = crls

    def find_signer_path(
        self, certificate: x509.Certificate, *, others: Sequence[x509.Certificate], now: dt.datetime
    ) -> tuple[x509.Certificate, ...]:
        return self._honest.find_signer_path(certificate, others=others, now=now)

    def gather(self, path: tuple[x509.Certificate, ...], *, now: dt.datetime) -> Evidence:  # noqa: ARG002 # at any time
        return Evidence(tuple(one.public_bytes(Encoding.DER) for one in path[1:]), (), self._crls)


class InProcessTimestamps:
    """A timestamp authority without a network in between."""

    def __init__(self, key: FileSigningKey, moment: dt.datetime, *, issuers: tuple[x509.Certificate, ...] = ()) -> None:
        self._path = (key.certificate, *(issuers or key.chain))
        self._authority = DemoTimestampAuthority(key, clock=lambda: moment)

    def request(self, digest: bytes, *, accept: Callable[[Timestamp], None] | None = None) -> Timestamp:
        response = self._authority.answer(build_request(digest, nonce=7))
        token = parse_response(response, expected_digest=digest, expected_nonce=7)
        timestamp = Timestamp(token, path=self._path)
        if accept is not None:
            accept(timestamp)
        return timestamp
