"""One city's parts, put together from its settings: what every command and the web service work with."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from msgspec import Struct

from backend.archive.objects import Objects
from backend.archive.publish_lists import ListPublisher
from backend.database import Database
from backend.issuing.worker import WorkerSetup
from backend.settings import SettingProblem, Settings, SettingsError
from backend.signing.demo_revocation_lists import make_demo_lists
from backend.signing.demo_timestamp_server import DemoTimestampAuthority, DemoTimestampServer
from backend.signing.errors import KeyRefusedError
from backend.signing.file_keys import FileSigningKey
from backend.signing.key_settings import KeySettings, Mode
from backend.signing.keys import OrganisationKeys
from backend.signing.open_keys import open_organisation_keys
from verifier.cose import es256_key_of
from verifier.trust import trust_anchor_of

TRUST_KEY_FILE = "trust.pem"
"""The demo's trust key; a real department keeps its own offline and configures the anchor."""
TIMESTAMP_KEY_FILE = "timestamp.pem"
"""The demo timestamp authority's key."""


def _wall_clock() -> datetime:
    return datetime.now(UTC)


class City(Struct, frozen=True):
    """Database, objects, keys and lists of one city."""

    settings: Settings
    database: Database
    objects: Objects
    keys: OrganisationKeys
    trust_anchor: str
    publisher: ListPublisher

    def worker_setup(self, timestamp_urls: tuple[str, ...], now: datetime) -> WorkerSetup:
        """What a process that issues cards needs; the lists are made fresh for it."""
        return WorkerSetup(
            keys=key_settings(self.settings),
            timestamp_urls=timestamp_urls,
            crls=make_demo_lists(self.settings.key_folder.parent, now=now) if self.settings.is_demo else (),
            store_url=self.settings.store_url,
            lists=self.publisher.served_lists(now),
            trust_anchor=self.trust_anchor,
            public_url=self.settings.public_url,
        )

    def close(self) -> None:
        """Let the database's connections go."""
        self.database.close()

    @contextmanager
    def timestamp_urls(self, *, demo_clock: Callable[[], datetime] = _wall_clock) -> Iterator[tuple[str, ...]]:
        """Timestamp servers to ask; a demo city without any runs its own, by ``demo_clock``, while the block lasts.

        Raises:
            SettingsError: production names no timestamp server.
        """
        if self.settings.timestamp_urls:
            yield self.settings.timestamp_urls
            return
        if not self.settings.is_demo:
            raise SettingsError((SettingProblem("setting_missing", {"name": "HOCBA_TSA_URLS"}),))
        key = FileSigningKey.from_pem(_read_key(self.settings.key_folder / TIMESTAMP_KEY_FILE))
        with DemoTimestampServer(DemoTimestampAuthority(key, clock=demo_clock)) as server:
            yield (server.url,)


def open_city(settings: Settings) -> City:
    """Put a city together; nothing is written, and nobody but the HSM is asked.

    Raises:
        KeyRefusedError: the department's keys are missing, or are demo keys in production.
        KeyUnavailableError: the HSM does not answer.
        ObjectStoreError: the object store's address is of no known kind.
    """
    keys = open_organisation_keys(key_settings(settings))
    database = Database(settings.database_url)
    trust_anchor = settings.trust_anchor or _demo_trust_anchor(settings.key_folder)
    return City(
        settings=settings,
        database=database,
        objects=Objects(settings.store_url),
        keys=keys,
        trust_anchor=trust_anchor,
        publisher=ListPublisher(database, keys, trust_anchor=trust_anchor, demo_accepted=settings.is_demo),
    )


def key_settings(settings: Settings) -> KeySettings:
    """Where the settings say that the department's keys are."""
    return KeySettings(mode=Mode(settings.mode), key_folder=settings.key_folder, hsm=settings.hsm)


def _demo_trust_anchor(key_folder: Path) -> str:
    """Production never comes here: its settings name the anchor."""
    try:
        key = load_pem_private_key(_read_key(key_folder / TRUST_KEY_FILE), None)
    except ValueError as error:
        raise KeyRefusedError("key_file_unreadable") from error
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise KeyRefusedError("key_kind_unknown")
    return trust_anchor_of(es256_key_of(key.public_key()))


def _read_key(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise KeyRefusedError("key_file_missing", file=path.name) from error
