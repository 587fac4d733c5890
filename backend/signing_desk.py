"""What the signing of batches needs of a city: the web service and the commands use the same."""

from datetime import datetime

from backend.accounts import staff_access_of
from backend.city import City
from backend.desk.context import Desk
from backend.desk.key_ring import CityKeyRing
from backend.signing.key_settings import Mode
from verifier.lists import Lists
from verifier.sealed_lists import SealedLists, open_lists


def desk_of(city: City) -> Desk:
    """Put the desk together; no key is opened yet."""

    def lists_at(now: datetime) -> Lists:
        # Equal bytes are verified once: this is asked before every signature.
        return open_lists(SealedLists.by_name(city.trust_anchor, city.publisher.served_lists(now)), now=now)

    return Desk(
        access=staff_access_of(city),
        objects=city.objects,
        key_ring=CityKeyRing(
            city.settings.key_folder.parent,
            mode=Mode(city.settings.mode),
            hsm=city.settings.hsm,
            csc=city.settings.csc,
        ),
        lists_at=lists_at,
        public_url=city.settings.public_url,
    )
