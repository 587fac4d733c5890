"""Opens the department's keys where the configuration says that they are; every process opens its own."""

from backend.signing.errors import KeyRefusedError
from backend.signing.file_keys import ORGANISATION_KEY_FILES, FileCoseKey, FileSigningKey, read_key_file
from backend.signing.key_settings import KeySettings, Mode
from backend.signing.keys import CoseKey, OrganisationKeys, SigningKey
from backend.signing.pkcs11_keys import HsmCoseKey, HsmSigningKey
from backend.signing.pkcs11_token import HsmToken

PDF_SEAL = "pdf_seal"


class OrganisationKeyRing:
    """Opens the department's keys one by one, for whoever wants to know which of them does not open."""

    def __init__(self, settings: KeySettings) -> None:
        """Raise ``KeyRefusedError`` with ``demo_keys_refused`` in production without an HSM."""
        if settings.hsm is None and settings.mode is not Mode.DEMO:
            raise KeyRefusedError("demo_keys_refused")
        self._settings = settings
        self._token = None
        if settings.hsm is not None:
            self._token = HsmToken(settings.hsm.module, label=settings.hsm.token_label, pin_file=settings.hsm.pin_file)

    def open_cose_key(self, name: str) -> CoseKey:
        """``capsule``, ``status`` or ``registry``; raises as ``open_organisation_keys``."""
        hsm, file = self._settings.hsm, ORGANISATION_KEY_FILES[name]
        if hsm is None or self._token is None:
            return FileCoseKey.from_pem(read_key_file(self._settings.key_folder / file))
        return HsmCoseKey.from_file(self._token, label=hsm.labels[name], certificate_file=hsm.certificates / file)

    def open_pdf_seal(self) -> SigningKey:
        """The key of the PDF seal; raises as ``open_organisation_keys``."""
        hsm, file = self._settings.hsm, ORGANISATION_KEY_FILES[PDF_SEAL]
        if hsm is None or self._token is None:
            return FileSigningKey.from_pem(read_key_file(self._settings.key_folder / file))
        return HsmSigningKey.from_file(
            self._token, label=hsm.labels[PDF_SEAL], certificate_file=hsm.certificates / file
        )


def open_organisation_keys(settings: KeySettings) -> OrganisationKeys:
    """Open every key of the department.

    Raises:
        KeyRefusedError: a key is not there, or may not be used here: ``demo_keys_refused`` for files in production.
        KeyUnavailableError: the HSM does not answer.
    """
    ring = OrganisationKeyRing(settings)
    return OrganisationKeys(
        capsule=ring.open_cose_key("capsule"),
        status=ring.open_cose_key("status"),
        registry=ring.open_cose_key("registry"),
        pdf_seal=ring.open_pdf_seal(),
    )
