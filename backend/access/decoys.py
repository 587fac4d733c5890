"""What an unknown personal code is answered with, so that it looks like a known one (WebAuthn Level 3, 14.6.2).

Every code is answered with the same number of credential ids: those of its passkeys, filled up with made-up ones. What
is made up is always the same for a code, else asking twice would tell; lengths follow what phones in use make. A real
passkey's id changes when its owner enrols anew, a decoy's never does: whoever watches a code for weeks may notice an
enrolment; that much cannot be hidden.
"""

import hashlib
import hmac
from collections.abc import Sequence

from backend.access.limits import MAX_PASSKEYS

_LENGTHS = (16,) * 6 + (20,) * 2 + (32,) * 2
"""Bytes of a credential id: Google's password manager 16, Apple's 20, Windows and other platforms 32."""


def with_decoys(credential_ids: Sequence[bytes], *, claimed_personal_code: str, key: bytes) -> list[bytes]:
    """As many ids as an account can have passkeys, in an order that does not tell which are real.

    Args:
        credential_ids: of the person's passkeys; none for an unknown one.
        claimed_personal_code: decides what is made up.
        key: secret of the city, for decoys alone.
    """
    # All are made up and then some are left out, so that a known code takes the same work.
    made_up = [_decoy(claimed_personal_code, number, key) for number in range(MAX_PASSKEYS)]
    return sorted([*credential_ids, *made_up[: MAX_PASSKEYS - len(credential_ids)]])


def _decoy(claimed_personal_code: str, number: int, key: bytes) -> bytes:
    digest = hmac.new(key, f"{number} {claimed_personal_code}".encode(), hashlib.sha512).digest()
    return digest[: _LENGTHS[digest[-1] % len(_LENGTHS)]]
