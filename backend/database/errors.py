"""Why the database cannot be used. The library's own words stay behind: they name servers and users."""

from typing import ClassVar

from backend.errors import BackendError


class DatabaseUnavailableError(BackendError):
    """The database does not answer, or its address is of no kind that is used; nothing was changed."""

    code: ClassVar[str] = "database_unavailable"
