"""Where keys are, as plain values: for settings, and for the processes that open keys by them."""

from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path

from msgspec import Struct

ORGANISATION_KEYS = ("capsule", "status", "registry", "pdf_seal")
"""The fields of ``OrganisationKeys``."""


class Mode(StrEnum):
    """How seriously a service takes its keys; the value of ``HOCBA_MODE``."""

    PRODUCTION = "production"
    DEMO = "demo"


class HsmSettings(Struct, frozen=True):
    """Where the HSM is."""

    module: Path
    """The maker's PKCS #11 library."""
    token_label: str
    pin_file: Path
    """The token's PIN in a file; it stands in no setting, because those are shown by ``ps`` and ``docker inspect``."""
    certificates: Path
    """Folder of the keys' certificates, PEM, named as in ``ORGANISATION_KEY_FILES``."""
    labels: Mapping[str, str]
    """Label of each private key, by field of ``OrganisationKeys``."""


class CscSettings(Struct, frozen=True):
    """Where people's keys are: a remote signing service."""

    url: str
    """Base address of the CSC API v2, without a slash at the end."""
    client_id: str
    client_secret_file: Path


class KeySettings(Struct, frozen=True):
    """Where the department's keys are; plain values, so that it can be handed to another process."""

    mode: Mode
    key_folder: Path
    """Keys in files, for demo mode without an HSM."""
    hsm: HsmSettings | None
