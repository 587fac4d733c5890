"""A city with very many issued cards, filled in by rows: for figures of reading, not of issuing.

Every pupil has one card and one parent; most are logged in, those that are asked for wait with a letter. The cards
differ in their rows and record ids; the signed XML and the page behind them are the same for all, so that 100,000 cards
fit beside each other.
"""

import hashlib
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

import msgspec
from cryptography.hazmat.primitives.asymmetric import ec
from msgspec import Struct
from sqlalchemy import Table, insert

from backend.access.activation_code import activation_code_hash, new_activation_code
from backend.access.keys import AccessKeys, new_token, token_hash
from backend.access.tables import PARENT_TABLES
from backend.archive.objects import Objects, pdf_object_name, xml_object_name
from backend.archive.pages.card_page import PAGE_SHAPE, make_card_page
from backend.archive.pages.tables import card_pages
from backend.archive.tables import cards
from backend.database import Database, upgrade_to_head
from backend.people.tables import card_links, guardians, guardianships, pupils
from backend.settings import load_settings
from tests.backend.access.software_authenticator import Credential, cose_key_of
from tests.backend.intake.sending import signed_card
from tests.backend.working_city import WorkingCity
from tests.postgresql_cluster import postgresql_cluster
from tests.verifier.small_city import SCHOOL_CODE, SCHOOL_YEAR, small_city
from verifier.record.card_document import read_card
from verifier.xml_signature import verify_card_signatures

ROWS_AT_ONCE = 2_000
PDF = b"%PDF-1.7 " + bytes(63_000)
"""As large as a sealed card; nobody opens it."""


class Reader(Struct, frozen=True):
    """A parent with a passkey who is logged in, and the card they may read."""

    token: str
    record_id: str
    personal_code: str
    credential: Credential


class Newcomer(Struct, frozen=True):
    """A parent with a letter in hand."""

    personal_code: str
    activation_code: str


class FilledCity(Struct, frozen=True):
    """Where it is and who reads there."""

    environment: dict[str, str]
    readers: tuple[Reader, ...]
    newcomers: tuple[Newcomer, ...]


@contextmanager
def engine_url(engine: str, folder: Path) -> Iterator[str]:
    """A database of its own on ``sqlite`` or a private ``postgresql``."""
    if engine == "sqlite":
        yield f"sqlite:///{folder / 'hocba.sqlite'}"
        return
    with postgresql_cluster(durable=True) as url:
        yield url


def fill_city(url: str, folder: Path, *, count: int, newcomers: int = 0) -> FilledCity:
    """Write ``count`` families with an account, and more of newcomers, in bulk."""
    database = Database(url)
    upgrade_to_head(database)
    working = WorkingCity(small_city(), database, folder)
    now = datetime.now(UTC)
    working.open(now=now)
    xml = signed_card(working, 1)
    lists = working.publisher.verified_lists(now).lists
    page = make_card_page(verify_card_signatures(read_card(xml)), lists=lists, issued_at=now, now=now)
    key = AccessKeys.from_secret(load_settings(working.environment).secret).activation
    families = [_Family(number, now) for number in range(count + newcomers)]
    with_account, with_letter = families[:count], families[count:]
    _put(working.objects, xml)
    content = msgspec.json.encode(page)
    sha256 = hashlib.sha256(xml).hexdigest()
    rows: list[tuple[Table, list[dict[str, Any]]]] = [
        (pupils, [family.pupil() for family in families]),
        (guardians, [family.guardian() for family in families]),
        (guardianships, [family.guardianship() for family in families]),
        (cards, [family.card(sha256) for family in families]),
        (card_pages, [family.page(content) for family in families]),
        (card_links, [family.link() for family in families]),
        (PARENT_TABLES.accounts, [family.account() for family in with_account]),
        (PARENT_TABLES.passkeys, [family.passkey() for family in with_account]),
        (PARENT_TABLES.sessions, [family.session() for family in with_account]),
        (PARENT_TABLES.activation_codes, [family.letter(key) for family in with_letter]),
    ]
    for table, values in rows:
        for start in range(0, len(values), ROWS_AT_ONCE):
            with database.write() as connection:
                connection.execute(insert(table), values[start : start + ROWS_AT_ONCE])
    database.close()
    return FilledCity(
        working.environment,
        tuple(family.reader() for family in with_account),
        tuple(Newcomer(family.personal_code, family.activation_code) for family in with_letter),
    )


def _put(objects: Objects, xml: bytes) -> None:
    objects.put(_XML_OBJECT, xml)
    objects.put(_PDF_OBJECT, PDF)


_ONE_FOR_ALL = str(uuid.UUID(int=4 << 76 | 8 << 60))
_XML_OBJECT, _PDF_OBJECT = xml_object_name(_ONE_FOR_ALL), pdf_object_name(_ONE_FOR_ALL)


class _Family:
    """The rows of one pupil, one guardian, one card."""

    def __init__(self, number: int, now: datetime) -> None:
        self.number, self.now = number, now
        self.pupil_id, self.guardian_id, self.record_id = (str(uuid.uuid4()) for _ in range(3))
        self.token = new_token()
        self.personal_code = f"2{number:011}"
        self.credential = Credential(
            credential_id=uuid.UUID(self.guardian_id).bytes,
            private_key=ec.generate_private_key(ec.SECP256R1()),
            rp_id="localhost",
            user_handle=uuid.uuid4().bytes * 2,
        )

    @cached_property
    def activation_code(self) -> str:
        return new_activation_code()

    def reader(self) -> Reader:
        return Reader(self.token, self.record_id, self.personal_code, self.credential)

    def letter(self, key: bytes) -> dict[str, Any]:
        return {
            "code_hash": activation_code_hash(self.activation_code, key=key),
            "owner_id": self.guardian_id,
            "issued_at": self.now,
            "expires_at": self.now + timedelta(days=14),
            "tries": 0,
        }

    def pupil(self) -> dict[str, Any]:
        return {
            "pupil_id": self.pupil_id,
            "personal_code": f"1{self.number:011}",
            "name": "Nguyễn Thị Bảo Ngọc",
            "date_of_birth": date(2016, 3, 9),
            "school_code": SCHOOL_CODE,
            "school_name": "Trường Tiểu học Hoa Sen",
            "pupil_code": f"{self.number:010}",
            "class_group": "4A",
            "registered_at": self.now,
        }

    def guardian(self) -> dict[str, Any]:
        return {
            "guardian_id": self.guardian_id,
            "personal_code": self.personal_code,
            "name": "Trần Thị Mai",
            "registered_at": self.now,
        }

    def guardianship(self) -> dict[str, Any]:
        return {
            "guardianship_id": str(uuid.uuid4()),
            "pupil_id": self.pupil_id,
            "guardian_id": self.guardian_id,
            "relation": "mother",
            "valid_from": date(2016, 3, 9),
        }

    def card(self, xml_sha256: str) -> dict[str, Any]:
        return {
            "record_id": self.record_id,
            "state": "issued",
            "school_code": SCHOOL_CODE,
            "pupil_code": f"{self.number:010}",
            "name": "Nguyễn Thị Bảo Ngọc",
            "date_of_birth": date(2016, 3, 9),
            "school_year": SCHOOL_YEAR,
            "grade": 4,
            "class_group": "4A",
            "level": "primary",
            "version": 1,
            "xml_sha256": xml_sha256,
            "xml_object": _XML_OBJECT,
            "pdf_sha256": hashlib.sha256(PDF).hexdigest(),
            "pdf_object": _PDF_OBJECT,
            "received_at": self.now,
            "issued_at": self.now,
        }

    def page(self, content: bytes) -> dict[str, Any]:
        return {"record_id": self.record_id, "shape": PAGE_SHAPE, "content": content}

    def link(self) -> dict[str, Any]:
        return {
            "record_id": self.record_id,
            "pupil_id": self.pupil_id,
            "linked_by": "personal_code",
            "conflict": False,
            "school_code": SCHOOL_CODE,
            "pupil_code": f"{self.number:010}",
            "date_of_birth": date(2016, 3, 9),
            "linked_at": self.now,
        }

    def account(self) -> dict[str, Any]:
        return {"owner_id": self.guardian_id, "user_handle": self.credential.user_handle, "opened_at": self.now}

    def passkey(self) -> dict[str, Any]:
        return {
            "credential_id": self.credential.credential_id,
            "owner_id": self.guardian_id,
            "public_key": cose_key_of(self.credential),
            "sign_count": 0,
            "aaguid": str(uuid.UUID(int=0)),
            "backup_eligible": False,
            "backed_up": False,
            "name": "Điện thoại",
            "registered_at": self.now,
        }

    def session(self) -> dict[str, Any]:
        return {
            "session_id": str(uuid.uuid4()),
            "token_hash": token_hash(self.token),
            "device": "Android",
            "owner_id": self.guardian_id,
            "credential_id": uuid.UUID(self.guardian_id).bytes,
            "started_at": self.now,
            "last_seen_at": self.now,
            "ends_at": self.now + timedelta(hours=12),
        }
