"""What can go wrong with a certificate's registration."""

from typing import ClassVar

from backend.errors import BackendError, NotFoundError


class RegistrationNotFoundError(NotFoundError):
    """No certificate was registered under this id."""

    code = "registration_not_found"


class CertificateRefusedError(BackendError):
    """The certificate cannot be registered or approved, or its state forbids the step."""

    code: ClassVar[str] = "certificate_refused"
