import re

from hypothesis import given
from hypothesis import strategies as st

from backend.access.activation_code import ALPHABET, activation_code_hash, new_activation_code
from backend.access.decoys import with_decoys
from backend.access.keys import AccessKeys

KEY = b"k" * 32
CODES = st.text(ALPHABET, min_size=12, max_size=12)


def test_codes_are_three_groups_of_four_and_never_the_same() -> None:
    codes = {new_activation_code() for _ in range(1000)}
    assert len(codes) == 1000
    assert all(re.fullmatch(rf"([{ALPHABET}]{{4}}-){{2}}[{ALPHABET}]{{4}}", code) for code in codes)


@given(code=CODES)
def test_the_spelling_does_not_matter(code: str) -> None:
    expected = activation_code_hash(code, key=KEY)
    spaced = " ".join(code[start : start + 4] for start in (0, 4, 8)).lower()
    for spelling in (spaced, code.replace("0", "O"), code.replace("1", "I"), code.replace("1", "l")):
        assert activation_code_hash(spelling, key=KEY) == expected


@given(code=CODES, other=CODES)
def test_another_code_has_another_hash(code: str, other: str) -> None:
    assert (activation_code_hash(code, key=KEY) == activation_code_hash(other, key=KEY)) == (code == other)


@given(typed=st.text(max_size=50))
def test_whatever_is_typed_gets_a_hash(typed: str) -> None:
    assert re.fullmatch(r"[0-9a-f]{64}", activation_code_hash(typed, key=KEY))


def test_keys_of_different_purposes_differ() -> None:
    keys = AccessKeys.from_secret("one secret of a city, long enough")
    assert len({keys.activation, keys.attempts, keys.decoys}) == 3
    assert keys == AccessKeys.from_secret("one secret of a city, long enough")
    assert keys != AccessKeys.from_secret("another secret of a city, long eno")


def test_decoys_are_as_long_as_the_ids_that_phones_make() -> None:
    made_up = [with_decoys([], claimed_personal_code=f"9991850{number:05}", key=KEY) for number in range(20)]
    assert {len(one) for ids in made_up for one in ids} == {16, 20, 32}
