"""What every use case of access needs; made once by the composition root, for each realm."""

from msgspec import Struct, field

from backend.access.keys import AccessKeys
from backend.access.limits import LIMITS, Limits
from backend.access.parents import PARENTS
from backend.access.passkeys import RelyingParty
from backend.access.realm import Realm
from backend.database import Database


class Access(Struct, frozen=True):
    """Where accounts are kept, with which keys, for which site, of which people."""

    database: Database
    keys: AccessKeys
    relying_party: RelyingParty
    limits: Limits = field(default_factory=lambda: LIMITS)
    realm: Realm = PARENTS
