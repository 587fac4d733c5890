"""A city that is served, and browsers that visit it."""

import copy
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
from litestar import Litestar
from litestar.testing import TestClient
from msgspec import structs

from backend.access.issue_activation_code import issue_activation_code
from backend.accounts import access_of, staff_access_of
from backend.app import create_app
from backend.archive.card import SealedCard
from backend.archive.keep_card import keep_issued_card
from backend.archive.objects import pdf_object_name
from backend.city import open_city
from backend.intake.system_token import make_token
from backend.people.register_pupils import RegisteredPupil, register_pupils
from backend.people.roster import GuardianEntry, PupilEntry, Relation
from backend.settings import load_settings
from tests.backend.access.software_authenticator import SoftwareAuthenticator
from tests.backend.intake.sending import plain_list, record_id_of, send, signed_card
from tests.backend.working_city import PUBLIC_URL, WorkingCity
from tests.verifier.small_city import NOW, SCHOOL_CODE

MOTHER = GuardianEntry(name="Trần Thị Mai", relation=Relation.MOTHER, personal_code="999185000001")
FATHER = GuardianEntry(name="Nguyễn Văn Hùng", relation=Relation.FATHER, personal_code="999083000001")
STRANGER = GuardianEntry(name="Lê Thị Đào", relation=Relation.MOTHER, personal_code="999185000002")
PDF = b"%PDF-1.7 the sealed card"


class Clock:
    """Time of the served city; tests move it."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now

    def pass_time(self, **units: float) -> None:
        self.now += timedelta(**units)


class ServedCity:
    """A working city with two families, one card each, and its web service."""

    def __init__(self, working: WorkingCity, *, shell: Path) -> None:
        self.working = working
        self.clock = Clock()
        self.settings = load_settings(working.environment)
        self.shell = shell
        self.city = open_city(self.settings)
        self.access = access_of(self.city)
        self.staff_access = staff_access_of(self.city)
        self.ngoc = self.register(1, (MOTHER, FATHER))
        self.son = self.register(2, (STRANGER,))

    def at(self, public_url: str) -> "ServedCity":
        """The same city under another address."""
        moved = copy.copy(self)
        moved.settings = structs.replace(self.settings, public_url=public_url)
        return moved

    def close(self) -> None:
        self.city.database.close()

    def register(self, number: int, guardians: tuple[GuardianEntry, ...]) -> RegisteredPupil:
        (registered,) = register_pupils(self.working.database, [self.entry(number, guardians)], now=NOW)
        return registered

    def entry(self, number: int, guardians: tuple[GuardianEntry, ...]) -> PupilEntry:
        return PupilEntry(
            name="Nguyễn Thị Bảo Ngọc",
            date_of_birth=date(2016, 3, 9),
            school_code=SCHOOL_CODE,
            school_name="Trường Tiểu học Hoa Sen",
            pupil_code=f"{number:010}",
            class_group="4A",
            personal_code=f"999316{number:06}",
            guardians=guardians,
        )

    def receive(self, number: int) -> str:
        """Take in card ``number`` of pupil ``number``; its record id."""
        send(self.working, plain_list(signed_card(self.working, number)))
        return record_id_of(number)

    def issue(self, number: int) -> str:
        """As ``receive``, and issue it. The PDF's bytes do not matter to the web service."""
        return self.keep_issued(self.receive(number))

    def keep_issued(self, record_id: str) -> str:
        """Issue a card that was received."""
        name = pdf_object_name(record_id)
        self.working.objects.put(name, PDF)
        with self.working.database.write() as connection:
            keep_issued_card(connection, SealedCard(record_id, hashlib.sha256(PDF).hexdigest(), name, NOW))
        return record_id

    def activation_code(self, guardian_id: str | None) -> str:
        assert guardian_id is not None
        return issue_activation_code(self.access, guardian_id=guardian_id, now=self.clock.now).code

    def system_token(self) -> str:
        with self.working.database.write() as connection:
            return make_token(connection, school_code=SCHOOL_CODE, system="test", now=NOW)

    def app(self) -> Litestar:
        return create_app(self.settings, shell_folder=self.shell, clock=self.clock)


class Browser:
    """One phone: cookies, an origin, an authenticator."""

    def __init__(self, client: "TestClient[Litestar]", *, origin: str = PUBLIC_URL) -> None:
        self.client = client
        self.origin = origin
        self.phone = SoftwareAuthenticator(origin=origin)
        self.device = "Điện thoại"

    def post(self, path: str, json: Any = None, **headers: str) -> httpx.Response:
        return self.client.post(path, json=json, headers={"Origin": self.origin, **headers})

    def get(self, path: str, **headers: str) -> httpx.Response:
        return self.client.get(path, headers=headers)

    def enrol(self, activation_code: str, personal_code: str | None, *, door: str = "access") -> httpx.Response:
        begun = self.post(
            f"/api/{door}/enrolment/begin", {"activation_code": activation_code, "personal_code": personal_code}
        )
        if begun.is_error:
            return begun
        credential = self.phone.create(begun.json()["public_key"])
        return self.post(f"/api/{door}/enrolment/finish", {"credential": credential, "name": self.device})

    def log_in(self, personal_code: str | None, *, door: str = "access") -> httpx.Response:
        begun = self.post(f"/api/{door}/login/begin", {"personal_code": personal_code})
        if begun.is_error:
            return begun
        credential = self.phone.get(begun.json()["public_key"])
        return self.post(f"/api/{door}/login/finish", {"credential": credential})

    def step_up(self) -> httpx.Response:
        begun = self.post("/api/account/step-up/begin")
        if begun.is_error:
            return begun
        return self.post("/api/account/step-up/finish", {"credential": self.phone.get(begun.json()["public_key"])})


@contextmanager
def visiting(app: Litestar, *, origin: str = PUBLIC_URL) -> Iterator[Browser]:
    """A browser with no cookies yet, on a running application."""
    # The test client's cookie jar does not take "localhost"; the service never looks at the Host header.
    scheme = origin.partition(":")[0]
    with TestClient(app, base_url=f"{scheme}://city.local") as client:
        yield Browser(client, origin=origin)
