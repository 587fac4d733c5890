"""What the use cases of access need of a city, for each realm: the web service and the commands use the same."""

from typing import Final

from backend.access.context import Access
from backend.access.keys import AccessKeys
from backend.access.parents import PARENTS
from backend.access.passkeys import RelyingParty
from backend.access.realm import Realm
from backend.city import City
from backend.desk.staff_realm import STAFF

SITE_NAME: Final = "Học bạ số"
"""What phones show beside a passkey of this site."""


def access_of(city: City) -> Access:
    """For parents."""
    return _access_of(city, PARENTS)


def staff_access_of(city: City) -> Access:
    """For staff."""
    return _access_of(city, STAFF)


def _access_of(city: City, realm: Realm) -> Access:
    return Access(
        database=city.database,
        keys=AccessKeys.from_secret(city.settings.secret, realm=realm.name),
        relying_party=RelyingParty(city.settings.public_url, SITE_NAME),
        realm=realm,
    )
