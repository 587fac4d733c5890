import unicodedata

from backend.sharing.passcode import hash_passcode, is_passcode


def test_only_the_passcode_is_the_passcode() -> None:
    stored = hash_passcode("4711")
    assert is_passcode("4711", stored_hash=stored)
    assert not is_passcode("4712", stored_hash=stored)
    assert not is_passcode("", stored_hash=stored)


def test_the_same_passcode_is_stored_differently_each_time_and_never_in_clear() -> None:
    first, second = hash_passcode("hoa sen 17"), hash_passcode("hoa sen 17")
    assert first != second
    assert "hoa" not in first


def test_the_same_letters_from_another_keyboard_are_the_same_passcode() -> None:
    stored = hash_passcode(unicodedata.normalize("NFC", "quyển vở"))
    assert is_passcode(unicodedata.normalize("NFD", "quyển vở"), stored_hash=stored)


def test_a_hash_made_with_other_parameters_is_still_read() -> None:
    cheap = "scrypt$2$1$1$c2FsdHNhbHQ=$9Pc1ewlvtBB0+r1xPPWrz1jePvr15jJR9xCo4Nu5TQo="
    assert is_passcode("4711", stored_hash=cheap)
