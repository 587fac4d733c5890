"""What the controllers work with; made by the composition root (``backend.app``)."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from litestar.connection import ASGIConnection
from litestar.datastructures import State
from litestar.di import NamedDependency
from msgspec import Struct

from backend.access.context import Access
from backend.city import City
from backend.desk.context import Desk
from backend.http.city_lists import CityLists
from backend.issuing_jobs import IssuingJobs
from backend.sharing.history.look_book import LookBook


def utc_now() -> datetime:
    """The clock of the service."""
    return datetime.now(UTC)


class Services(Struct, frozen=True):
    """The parts of a running city."""

    city: City
    access: Access
    """Parents' accounts."""
    staff_access: Access
    """The staff's accounts."""
    desk: Desk
    """What staff sign with."""
    lists: CityLists
    jobs: IssuingJobs
    """What is being issued."""
    looks: LookBook
    """Who looked at whose cards."""
    clock: Callable[[], datetime] = utc_now

    @property
    def public_url(self) -> str:
        """Origin of the city's own pages."""
        return self.city.settings.public_url


ServicesInjected = NamedDependency[Services]
"""A handler's argument ``services``."""
NowInjected = NamedDependency[datetime]
"""A handler's argument ``now``: one instant for a whole request."""


def services_of(connection: ASGIConnection[Any, Any, Any, Any]) -> Services:
    """The services that ``backend.app`` put into the application's state."""
    services: Services = connection.app.state.services
    return services


def provide_services(state: State) -> Services:
    """Dependency ``services``."""
    services: Services = state.services
    return services


def provide_now(services: ServicesInjected) -> datetime:
    """Dependency ``now``."""
    return services.clock()
