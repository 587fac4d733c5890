"""A working city whose department's keys lie in an HSM and nowhere else."""

from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from backend.signing.file_keys import ORGANISATION_KEY_FILES, FileCoseKey, FileSigningKey
from tests.backend.soft_hsm import TOKEN, SoftHsm
from tests.backend.working_city import WorkingCity


def move_keys_into(hsm: SoftHsm, city: WorkingCity) -> dict[str, str]:
    """Take the key files away; give the settings of the HSM that now holds the keys. Labels are this city's own."""
    certificates = city.folder / "certificates"
    certificates.mkdir()
    labels = {}
    small = city.small
    keys: dict[str, FileCoseKey | FileSigningKey] = {
        "capsule": small.capsule_key,
        "status": small.status_key,
        "registry": small.registry_key,
        "pdf_seal": small.pdf_seal,
    }
    for name, key in keys.items():
        labels[name] = f"{city.folder.name}-{name}"
        hsm.add_key(labels[name], key._private_key)
        file = city.key_folder / ORGANISATION_KEY_FILES[name]
        written = x509.load_pem_x509_certificates(file.read_bytes())
        save_certificate(certificates / file.name, *written)
        file.unlink()
    return {
        "HOCBA_PKCS11_MODULE": str(hsm.module),
        "HOCBA_PKCS11_TOKEN": TOKEN,
        "HOCBA_PKCS11_PIN_FILE": str(hsm.pin_file),
        "HOCBA_PKCS11_CERTIFICATES": str(certificates),
        "HOCBA_PKCS11_KEYS": ", ".join(f"{name}={label}" for name, label in labels.items()),
    }


def save_certificate(path: Path, *certificates: x509.Certificate) -> None:
    """Write a key's certificate, and its issuers', as operators get them."""
    path.write_bytes(b"".join(certificate.public_bytes(Encoding.PEM) for certificate in certificates))
