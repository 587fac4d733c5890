from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from tests.vectors import city
from verifier.errors import ListError, UntrustedKeyError
from verifier.trust import (
    KeyPurpose,
    RootUse,
    TrustedKey,
    TrustList,
    kid_of_trust_key,
    seal_trust_list,
    trust_anchor_of,
    verify_trust_list,
)

DATA = city.trust_list()


def verified() -> TrustList:
    return verify_trust_list(DATA, expected_trust_anchor=city.ANCHOR, now=city.NOW)


def test_a_trust_list_says_what_was_sealed() -> None:
    trust = verified()
    assert trust.department == city.DEPARTMENT
    assert trust.keys == (city.TRUST_KEY, city.STATUS_KEY, city.REGISTRY_KEY, city.CAPSULE_KEY)
    assert [root.use for root in trust.roots] == [RootUse.SCHOOLS]
    assert trust.is_demo()


def with_address(public_url: str) -> TrustList:
    trust = verified()
    return replace(trust, department=replace(trust.department, public_url=public_url))


def test_a_trust_list_may_name_where_codes_lead() -> None:
    data = seal_trust_list(with_address("https://hocba.example:8443"), key=city.TRUST, kid=city.TRUST_KID)

    trust = verify_trust_list(data, expected_trust_anchor=city.ANCHOR, now=city.NOW)

    assert trust.department.public_url == "https://hocba.example:8443"
    assert verified().department.public_url is None


@pytest.mark.parametrize(
    "address", ["", "hocba.example", "https://hocba.example/v", "https://HOCBA.example", "ftp://a"]
)
def test_an_address_that_is_no_origin_is_not_sealed(address: str) -> None:
    with pytest.raises(ListError, match="list_malformed"):
        seal_trust_list(with_address(address), key=city.TRUST, kid=city.TRUST_KID)


def test_a_key_is_found_by_kid_and_purpose_together() -> None:
    trust = verified()
    assert trust.find_keys(city.CAPSULE_KID, KeyPurpose.CAPSULE) == (city.CAPSULE_KEY,)
    assert trust.find_keys(city.CAPSULE_KID, KeyPurpose.STATUS) == ()
    assert trust.keys_for(KeyPurpose.STATUS) == (city.STATUS_KEY,)
    assert trust.roots_for(RootUse.PEOPLE) == ()


def test_the_anchor_is_read_in_either_case() -> None:
    assert verify_trust_list(DATA, expected_trust_anchor=city.ANCHOR.upper(), now=city.NOW) == verified()


def test_another_anchor_is_refused() -> None:
    with pytest.raises(ListError, match="trust_anchor_mismatch"):
        verify_trust_list(DATA, expected_trust_anchor="0" * 64, now=city.NOW)


def test_an_expired_list_is_kept_and_said_to_be_stale() -> None:
    later = city.NOW + timedelta(days=100)
    trust = verify_trust_list(DATA, expected_trust_anchor=city.ANCHOR, now=later)
    assert trust.header.is_stale(later)
    assert not trust.header.is_stale(city.NOW)
    assert trust.header.age_seconds(later) == int((later - trust.header.issued_at).total_seconds())


def test_an_older_list_than_seen_is_refused() -> None:
    with pytest.raises(ListError, match="list_older_than_seen") as caught:
        verify_trust_list(DATA, expected_trust_anchor=city.ANCHOR, stored_sequence=8, now=city.NOW)
    assert caught.value.details == {"list": "trust-list", "sequence": 7, "seen": 8}


@pytest.mark.parametrize(
    ("moment", "code"),
    [
        (datetime(2025, 12, 31, tzinfo=UTC), "key_not_yet_valid"),
        (datetime(2029, 1, 2, tzinfo=UTC), "key_ended"),
        (datetime(2027, 1, 1, tzinfo=UTC), "key_withdrawn"),
    ],
)
def test_what_a_key_signed_outside_its_time_does_not_count(moment: datetime, code: str) -> None:
    key = city.trusted_key(
        city.CAPSULE,
        KeyPurpose.CAPSULE,
        city.CAPSULE_CERTIFICATE,
        withdrawn_at=datetime(2027, 1, 1, tzinfo=UTC),
    )
    with pytest.raises(UntrustedKeyError, match=code):
        key.check_at(moment)
    key.check_at(datetime(2026, 12, 31, tzinfo=UTC))


def test_a_list_is_not_sealed_with_a_key_that_it_does_not_name() -> None:
    with pytest.raises(ListError, match="trust_anchor_mismatch"):
        seal_trust_list(verified(), key=city.STRANGER, kid=kid_of_trust_key(city.STRANGER.public_key))


def test_a_list_is_not_sealed_with_another_key_than_it_says() -> None:
    with pytest.raises(ListError, match="list_signature_invalid"):
        seal_trust_list(verified(), key=city.STRANGER, kid=city.TRUST_KID)


def test_a_list_that_no_verifier_would_read_is_not_sealed() -> None:
    wrong_kid = TrustedKey(
        kid=bytes(8),
        purpose=KeyPurpose.STATUS,
        cose_key=city.STATUS.public_key,
        certificate=city.STATUS_CERTIFICATE,
        valid_from=city.STATUS_KEY.valid_from,
        valid_until=city.STATUS_KEY.valid_until,
    )
    trust = TrustList(
        header=city.trust_header(), department=city.DEPARTMENT, keys=(city.TRUST_KEY, wrong_kid), roots=()
    )
    with pytest.raises(ListError, match="list_malformed") as caught:
        seal_trust_list(trust, key=city.TRUST, kid=city.TRUST_KID)
    assert caught.value.details["cause"] == "list_kid_unexpected"


def test_the_anchor_is_the_keys_whole_thumbprint() -> None:
    anchor = trust_anchor_of(city.TRUST.public_key)
    assert len(anchor) == 64
    assert bytes.fromhex(anchor)[:8] == kid_of_trust_key(city.TRUST.public_key)
