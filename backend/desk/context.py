"""What the signing of batches needs; made once by the composition root."""

from collections.abc import Callable
from datetime import datetime

from msgspec import Struct

from backend.access.context import Access
from backend.archive.objects import Objects
from backend.desk.key_ring import KeyRing
from verifier.lists import Lists


class Desk(Struct, frozen=True):
    """Accounts of the staff, the archive's objects, keys by reference, and the lists that approvals stand in."""

    access: Access
    objects: Objects
    key_ring: KeyRing
    lists_at: Callable[[datetime], Lists]
    public_url: str
