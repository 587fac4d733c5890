import json
from base64 import urlsafe_b64encode
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.access.errors import AuthenticationRejectedError, RegistrationRejectedError
from backend.access.passkeys import (
    RelyingParty,
    creation_options,
    decoy_passkey,
    parse_claimed_passkey,
    request_options,
    verify_assertion,
    verify_registration,
)
from tests.backend.access.software_authenticator import SoftwareAuthenticator

CITY = RelyingParty("https://hocba.example:8443", "Học bạ số")
CHALLENGE = b"c" * 32
HANDLE = b"h" * 32


def test_options_ask_for_a_verified_person_and_no_attestation() -> None:
    options = creation_options(CITY, challenge=CHALLENGE, user_handle=HANDLE, user_name="Trần Thị Mai")
    assert options["rp"] == {"id": "hocba.example", "name": "Học bạ số"}
    assert options["authenticatorSelection"]["userVerification"] == "required"
    assert options["attestation"] == "none"
    assert [parameter["alg"] for parameter in options["pubKeyCredParams"]] == [-7, -8, -257]
    asked = request_options(CITY, challenge=CHALLENGE, credential_ids=[b"id"])
    assert asked["userVerification"] == "required"
    assert asked["rpId"] == "hocba.example"


@given(garbage=st.recursive(st.none() | st.text() | st.integers() | st.binary(), st.lists, max_leaves=5))
def test_garbage_in_any_field_is_refused_with_our_errors(garbage: object) -> None:
    credential: dict[str, Any] = {"id": garbage, "rawId": garbage, "type": "public-key", "response": garbage}
    nested = credential | {
        "id": "AAAA",
        "rawId": "AAAA",
        "response": {
            "clientDataJSON": garbage,
            "attestationObject": garbage,
            "authenticatorData": garbage,
            "signature": garbage,
        },
    }
    for hostile in (credential, nested, {}):
        with pytest.raises(RegistrationRejectedError, match="passkey_malformed"):
            verify_registration(hostile, relying_party=CITY, expected_challenge=CHALLENGE)
        with pytest.raises(AuthenticationRejectedError, match="passkey_malformed"):
            parse_claimed_passkey(hostile, relying_party=CITY, expected_challenge=CHALLENGE)


@given(data=st.binary(max_size=300))
def test_hostile_attestation_bytes_are_refused_with_our_errors(data: bytes) -> None:
    phone = SoftwareAuthenticator(origin=CITY.origin)
    made = phone.create(creation_options(CITY, challenge=CHALLENGE, user_handle=HANDLE, user_name="x"))
    made["response"]["attestationObject"] = urlsafe_b64encode(data).decode()
    with pytest.raises(RegistrationRejectedError, match="passkey_malformed"):
        verify_registration(made, relying_party=CITY, expected_challenge=CHALLENGE)


def test_client_data_longer_than_any_browser_writes_is_refused() -> None:
    phone = SoftwareAuthenticator(origin=CITY.origin, client_data_extra={"padding": "x" * 5000})
    made = phone.create(creation_options(CITY, challenge=CHALLENGE, user_handle=HANDLE, user_name="x"))
    with pytest.raises(RegistrationRejectedError, match="passkey_malformed"):
        verify_registration(made, relying_party=CITY, expected_challenge=CHALLENGE)


def test_an_id_that_is_not_the_attested_one_is_refused() -> None:
    phone = SoftwareAuthenticator(origin=CITY.origin)
    made = phone.create(creation_options(CITY, challenge=CHALLENGE, user_handle=HANDLE, user_name="x"))
    made |= {"id": "AAAA", "rawId": "AAAA"}
    with pytest.raises(RegistrationRejectedError, match="passkey_malformed"):
        verify_registration(made, relying_party=CITY, expected_challenge=CHALLENGE)


def test_a_decoy_key_accepts_nothing() -> None:
    phone = SoftwareAuthenticator(origin=CITY.origin)
    phone.create(creation_options(CITY, challenge=CHALLENGE, user_handle=HANDLE, user_name="x"))
    answer = phone.get(request_options(CITY, challenge=CHALLENGE, credential_ids=[phone.credentials[0].credential_id]))
    with pytest.raises(AuthenticationRejectedError, match="passkey_signature"):
        verify_assertion(answer, relying_party=CITY, expected_challenge=CHALLENGE, stored_passkey=decoy_passkey())
    assert decoy_passkey() is decoy_passkey()


def test_an_answer_is_json_that_a_browser_would_send() -> None:
    phone = SoftwareAuthenticator(origin=CITY.origin)
    made = phone.create(creation_options(CITY, challenge=CHALLENGE, user_handle=HANDLE, user_name="x"))
    new = verify_registration(json.loads(json.dumps(made)), relying_party=CITY, expected_challenge=CHALLENGE)
    assert new.credential_id == phone.credentials[0].credential_id
    assert (new.sign_count, new.backup_eligible, new.backed_up) == (1, False, False)
