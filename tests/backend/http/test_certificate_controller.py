import base64

from cryptography.hazmat.primitives.serialization import Encoding

from tests.backend.http.browser import Browser, ServedCity


def test_schools_system_registers_a_certificate_and_sees_what_became_of_it(
    served: ServedCity, browser: Browser
) -> None:
    bearer = {"Authorization": f"Bearer {served.system_token()}"}
    key = served.working.small.schools.issue("Trường Tiểu học Hoa Sen")
    body = {
        "role": "school",
        "issuer_kind": "REMOTE_SIGNING",
        "certificate": base64.b64encode(key.certificate.public_bytes(Encoding.DER)).decode(),
        "registered_by": "Văn thư",
    }
    made = browser.post("/api/certificates", json=body, **bearer)
    assert made.status_code == 201, made.text
    assert (made.json()["state"], made.json()["issuer_kind"]) == ("registered", "REMOTE_SIGNING")
    listed = browser.get("/api/certificates", **bearer).json()["certificates"]
    assert [(one["fingerprint"], len(one["history"])) for one in listed] == [(made.json()["fingerprint"], 1)]
    pem = key.certificate.public_bytes(Encoding.PEM).decode()
    again = browser.post("/api/certificates", json=body | {"certificate": pem}, **bearer)
    assert again.json()["registration_id"] == made.json()["registration_id"]


def test_bad_certificate_is_refused_with_its_code(served: ServedCity, browser: Browser) -> None:
    bearer = {"Authorization": f"Bearer {served.system_token()}"}
    body = {"role": "school", "issuer_kind": "USB_TOKEN", "certificate": "?", "registered_by": "Văn thư"}
    refused = browser.post("/api/certificates", json=body, **bearer)
    assert (refused.status_code, refused.json()["code"]) == (422, "certificate_file_unreadable")
    assert browser.post("/api/certificates", json=body).status_code == 401
