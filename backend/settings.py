"""Configuration of the city's service, read once from an environment mapping that the caller passes in.

Production is the default mode. It refuses to start with demo secrets, without a secret or a trust anchor, and on
plain HTTP outside localhost; all that is wrong is said at once, so that an operator mends it in one go.
"""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar, Literal, NamedTuple
from urllib.parse import urlsplit

from msgspec import Struct

from backend.errors import BackendError
from backend.signing.key_settings import ORGANISATION_KEYS, CscSettings, HsmSettings
from verifier.client_address import ProxiesMalformedError, TrustedProxies, parse_trusted_proxies

Mode = Literal["production", "demo"]

DEMO_PUBLIC_URL = "http://localhost:8000"
DEMO_SECRET = "demo-secret-that-production-refuses"  # noqa: S105  # public on purpose: only demo mode takes it
MIN_SECRET_CHARACTERS = 32
"""128 bits written in hexadecimal, the least that keys may be derived from."""

_LOCAL_HOSTS = frozenset({"localhost", "127.0.0.1", "::1"})
_DEFAULT_PORTS = {"https": 443, "http": 80}
_THUMBPRINT = re.compile(r"[0-9a-f]{64}")


class SettingProblem(NamedTuple):
    """One thing that is wrong with the configuration."""

    code: str
    details: Mapping[str, str | int]


class SettingsError(BackendError):
    """The service does not start with this configuration; ``problems`` has every reason."""

    code: ClassVar[str] = "settings_refused"

    def __init__(self, problems: tuple[SettingProblem, ...]) -> None:
        self.problems = problems
        super().__init__(self.code)


class Settings(Struct, frozen=True):
    """What the service needs to know of its surroundings."""

    mode: Mode
    public_url: str
    """Origin under which the city is reached, without a slash at the end; it stands in every QR."""
    database_url: str
    """SQLAlchemy URL; SQLite in the data folder unless told otherwise."""
    data: Path
    """Folder of the database, the objects and, in demo mode, the demo keys."""
    store_url: str
    """URL of the object store (``file://…``, ``s3://…``)."""
    timestamp_urls: tuple[str, ...]
    """RFC 3161 servers, tried in this order."""
    trust_anchor: str | None
    """RFC 9679 thumbprint of the trust key in hexadecimal. Demo mode may learn it from the demo city instead."""
    hsm: HsmSettings | None
    """The HSM with the department's keys; production opens them nowhere else."""
    csc: CscSettings | None
    """The remote signing service with people's keys."""
    proxies: TrustedProxies
    """Whose word counts on where a request comes from; nobody's unless told."""
    secret: str
    """Key material for activation codes, counted attempts and decoys; sessions need none."""

    @property
    def is_demo(self) -> bool:
        """Whether demo keys and demo issuers are accepted."""
        return self.mode == "demo"

    @property
    def key_folder(self) -> Path:
        """Where the department's keys stand as files; demo mode only."""
        return self.data / "keys" / "department"


def load_settings(environment: Mapping[str, str]) -> Settings:
    """Settings from environment variables (``HOCBA_…``).

    Raises:
        SettingsError: with every problem found.
    """
    problems: list[SettingProblem] = []
    mode = _mode(environment, problems)
    demo = mode == "demo"
    data = Path(environment.get("HOCBA_DATA") or "data").absolute()
    settings = Settings(
        mode=mode,
        public_url=_public_url(environment, problems, demo=demo),
        database_url=environment.get("HOCBA_DATABASE_URL") or f"sqlite:///{data / 'hocba.sqlite'}",
        data=data,
        store_url=environment.get("HOCBA_STORE_URL") or (data / "objects").as_uri(),
        timestamp_urls=_timestamp_urls(environment, problems),
        trust_anchor=_trust_anchor(environment, problems, demo=demo),
        hsm=_hsm(environment, problems),
        csc=_csc(environment, problems, demo=demo),
        proxies=_proxies(environment, problems),
        secret=_secret(environment, problems, demo=demo),
    )
    if problems:
        raise SettingsError(tuple(problems))
    return settings


def _mode(environment: Mapping[str, str], problems: list[SettingProblem]) -> Mode:
    match environment.get("HOCBA_MODE") or "production":
        case "production":
            return "production"
        case "demo":
            return "demo"
        case _:
            problems.append(SettingProblem("setting_mode_unknown", {"name": "HOCBA_MODE"}))
            return "production"


def _public_url(environment: Mapping[str, str], problems: list[SettingProblem], *, demo: bool) -> str:
    name = "HOCBA_PUBLIC_URL"
    url = (environment.get(name) or "").rstrip("/")
    if not url and demo:
        return DEMO_PUBLIC_URL
    if not url:
        problems.append(SettingProblem("setting_missing", {"name": name}))
        return url
    try:
        parts = urlsplit(url)
        host = parts.hostname
        _ = parts.port
    except ValueError:
        host, parts = None, urlsplit("")
    if parts.scheme not in {"http", "https"} or not host or parts.path or parts.query or parts.fragment or "@" in url:
        problems.append(SettingProblem("setting_url_malformed", {"name": name}))
    elif parts.scheme == "http" and not demo and host not in _LOCAL_HOSTS:
        problems.append(SettingProblem("setting_plain_http", {"name": name}))
    elif not url.isascii() or url != url.lower() or parts.port == _DEFAULT_PORTS[parts.scheme]:
        # Compared letter by letter with what browsers send as Origin (RFC 6454, 6.2): nobody could log in.
        problems.append(SettingProblem("setting_url_not_an_origin", {"name": name}))
    return url


def _timestamp_urls(environment: Mapping[str, str], problems: list[SettingProblem]) -> tuple[str, ...]:
    name = "HOCBA_TSA_URLS"
    urls = tuple(url for url in re.split(r"[,\s]+", environment.get(name) or "") if url)
    # Plain HTTP is fine here: a timestamp token is signed (RFC 3161, section 3.4).
    if any(not url.startswith(("http://", "https://")) for url in urls):
        problems.append(SettingProblem("setting_url_malformed", {"name": name}))
    return urls


def _trust_anchor(environment: Mapping[str, str], problems: list[SettingProblem], *, demo: bool) -> str | None:
    name = "HOCBA_TRUST_ANCHOR"
    anchor = (environment.get(name) or "").lower()
    if anchor and not _THUMBPRINT.fullmatch(anchor):
        problems.append(SettingProblem("setting_trust_anchor_malformed", {"name": name}))
    if not anchor and not demo:
        problems.append(SettingProblem("setting_missing", {"name": name}))
    return anchor or None


def _proxies(environment: Mapping[str, str], problems: list[SettingProblem]) -> TrustedProxies:
    name = "HOCBA_TRUSTED_PROXIES"
    try:
        return parse_trusted_proxies(environment.get(name), environment.get("HOCBA_FORWARDED_HEADER"))
    except ProxiesMalformedError as error:
        problems.append(SettingProblem("setting_proxies_malformed", {"name": name, **error.details}))
        return TrustedProxies()


def _hsm(environment: Mapping[str, str], problems: list[SettingProblem]) -> HsmSettings | None:
    """None when nothing of an HSM is set. Whether the city can do without is seen when its keys are opened."""
    names = {
        "module": "HOCBA_PKCS11_MODULE",
        "token_label": "HOCBA_PKCS11_TOKEN",
        "pin_file": "HOCBA_PKCS11_PIN_FILE",
        "certificates": "HOCBA_PKCS11_CERTIFICATES",
    }
    values = {field: (environment.get(name) or "").strip() for field, name in names.items()}
    labels = _labels(environment, problems)
    if not any(values.values()):
        return None
    problems += [SettingProblem("setting_missing", {"name": names[field]}) for field in names if not values[field]]
    return HsmSettings(
        module=Path(values["module"]).absolute(),
        token_label=values["token_label"],
        pin_file=Path(values["pin_file"]).absolute(),
        certificates=Path(values["certificates"]).absolute(),
        labels=labels,
    )


def _labels(environment: Mapping[str, str], problems: list[SettingProblem]) -> Mapping[str, str]:
    name = "HOCBA_PKCS11_KEYS"
    labels = {key: key.replace("_", "-") for key in ORGANISATION_KEYS}
    for part in filter(None, (part.strip() for part in (environment.get(name) or "").split(","))):
        key, equals, label = (piece.strip() for piece in part.partition("="))
        if not equals or not label or key.replace("-", "_") not in labels:
            problems.append(SettingProblem("setting_key_labels_malformed", {"name": name}))
            break
        labels[key.replace("-", "_")] = label
    return labels


def _csc(environment: Mapping[str, str], problems: list[SettingProblem], *, demo: bool) -> CscSettings | None:
    """None when nothing of a remote signing service is set; then nobody can sign here with a key of their own."""
    names = ("HOCBA_CSC_URL", "HOCBA_CSC_CLIENT_ID", "HOCBA_CSC_SECRET_FILE")
    url, client_id, secret_file = ((environment.get(name) or "").strip() for name in names)
    if not url and not client_id and not secret_file:
        return None
    missing = [name for name in names if not (environment.get(name) or "").strip()]
    problems += [SettingProblem("setting_missing", {"name": name}) for name in missing]
    if url and not url.startswith(("https://", "http://")):
        problems.append(SettingProblem("setting_url_malformed", {"name": names[0]}))
    elif url.startswith("http://") and not demo:
        problems.append(SettingProblem("setting_https_needed", {"name": names[0]}))
    return CscSettings(url=url.rstrip("/"), client_id=client_id, client_secret_file=Path(secret_file).absolute())


def _secret(environment: Mapping[str, str], problems: list[SettingProblem], *, demo: bool) -> str:
    name = "HOCBA_SECRET"
    secret = environment.get(name) or ""
    if demo:
        return secret or DEMO_SECRET
    if not secret:
        problems.append(SettingProblem("setting_missing", {"name": name}))
    elif secret == DEMO_SECRET:
        problems.append(SettingProblem("setting_demo_secret", {"name": name}))
    elif len(secret) < MIN_SECRET_CHARACTERS:
        problems.append(SettingProblem("setting_secret_short", {"name": name, "least": MIN_SECRET_CHARACTERS}))
    return secret
