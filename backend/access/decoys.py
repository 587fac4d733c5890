"""What an unknown personal code is answered with, so that it looks like a known one (WebAuthn Level 3, 14.6.2).

The made-up credential id is always the same for a code, else asking twice would tell. Its length follows what phones
in use make. A real passkey's id changes when its owner enrols anew, a decoy's never does: whoever watches a code for
weeks may notice an enrolment; that much cannot be hidden.
"""

import hashlib
import hmac

_LENGTHS = (16,) * 6 + (20,) * 2 + (32,) * 2
"""Bytes of a credential id: Google's password manager 16, Apple's 20, Windows and other platforms 32."""


def decoy_credential_id(claimed_personal_code: str, *, key: bytes) -> bytes:
    """The credential id that belongs to nobody, the same for every try of one personal code."""
    digest = hmac.new(key, claimed_personal_code.encode(), hashlib.sha512).digest()
    return digest[: _LENGTHS[digest[-1] % len(_LENGTHS)]]
