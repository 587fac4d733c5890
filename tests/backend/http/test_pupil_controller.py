from msgspec import structs

from backend.people.register_pupils import register_pupils
from tests.backend.http.browser import MOTHER, Browser, ServedCity
from tests.verifier.small_city import NOW


def test_schools_system_sees_its_own_pupils_without_a_code(served: ServedCity, browser: Browser) -> None:
    nameless = structs.replace(served.entry(7, (MOTHER,)), personal_code=None)
    elsewhere = structs.replace(nameless, school_code="99900009", pupil_code="8")
    register_pupils(served.working.database, [nameless, elsewhere], now=NOW)
    answer = browser.get("/api/pupils/missing-codes", Authorization=f"Bearer {served.system_token()}")
    assert answer.headers["cache-control"] == "no-store"
    assert answer.json() == {
        "pupils": [
            {
                "pupil_code": nameless.pupil_code,
                "name": nameless.name,
                "date_of_birth": nameless.date_of_birth.isoformat(),
                "class_group": "4A",
                "alternative_id_type": None,
                "alternative_id": None,
            }
        ]
    }
