"""A school's system registers certificates and sees what the department decided."""

import base64
import binascii
from datetime import datetime
from typing import Annotated

from litestar import Controller, get, post
from litestar.params import JSONBody
from msgspec import Meta, Struct

from backend.certificates import store
from backend.certificates.errors import CertificateRefusedError
from backend.certificates.register_certificate import Trusted, register_certificate
from backend.certificates.registration import CertificateEvent, Registration
from backend.certificates.rules import CertificateState, IssuerKind
from backend.database import Connection
from backend.http.authorise import SCHOOL_SYSTEM, WHOSE_SYSTEM, SchoolCodeInjected
from backend.http.problems import problems
from backend.http.services import NowInjected, ServicesInjected
from verifier.registry import CertificateRole


class CertificateRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """A certificate that the school wants to sign with."""

    role: CertificateRole
    issuer_kind: IssuerKind
    certificate: Annotated[str, Meta(max_length=40_000, description="PEM, or DER in base64")]
    registered_by: Annotated[str, Meta(min_length=1, max_length=500)]


class CertificateAnswer(Struct, frozen=True):
    """A registration with its whole history."""

    registration_id: str
    role: CertificateRole
    issuer_kind: IssuerKind
    fingerprint: str
    subject: str
    issuer: str
    serial: str
    valid_from: datetime
    valid_until: datetime
    state: CertificateState
    approved_from: datetime | None
    approved_until: datetime | None
    history: tuple[CertificateEvent, ...]


class CertificateList(Struct, frozen=True):
    """The school's certificates."""

    certificates: list[CertificateAnswer]


class CertificateController(Controller):
    """Only of the token's own school."""

    path = "/api/certificates"
    tags = ("certificates",)
    opt = SCHOOL_SYSTEM
    dependencies = WHOSE_SYSTEM

    @post(
        status_code=201,
        sync_to_thread=True,
        operation_id="register_certificate",
        summary="Register a certificate for the department to decide on",
        security=[{"school_system": []}],
        responses=problems(400, 401, 422, 429, 503),
    )
    def register(
        self,
        data: JSONBody[CertificateRequest],
        school_code: SchoolCodeInjected,
        services: ServicesInjected,
        now: NowInjected,
    ) -> CertificateAnswer:
        city = services.city
        trusted = Trusted(city.publisher.trust_list(now), demo_accepted=city.settings.is_demo)
        with city.database.write() as connection:
            registered = register_certificate(
                connection,
                school_code=school_code,
                role=data.role,
                issuer_kind=data.issuer_kind,
                certificate=_bytes_of(data.certificate),
                registered_by=data.registered_by,
                trusted=trusted,
                now=now,
            )
            return _answer(connection, registered)

    @get(
        sync_to_thread=True,
        operation_id="list_certificates",
        summary="The school's certificates and what was decided",
        security=[{"school_system": []}],
        responses=problems(401, 429),
    )
    def list_certificates(self, school_code: SchoolCodeInjected, services: ServicesInjected) -> CertificateList:
        with services.city.database.read() as connection:
            found = store.read_registrations(connection, school_code=school_code)
            return CertificateList([_answer(connection, one) for one in found])


def _bytes_of(text: str) -> bytes:
    if "-----BEGIN" in text:
        return text.encode()
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError) as error:
        raise CertificateRefusedError("certificate_file_unreadable") from error


def _answer(connection: Connection, registration: Registration) -> CertificateAnswer:
    values = {
        field: getattr(registration, field) for field in CertificateAnswer.__struct_fields__ if field != "history"
    }
    return CertificateAnswer(**values, history=store.read_events(connection, registration.registration_id))
