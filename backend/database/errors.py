"""Why the database cannot be used. The library's own words stay behind: they name servers and users."""

from typing import ClassVar

from backend.errors import BackendError


class DatabaseUnavailableError(BackendError):
    """The database does not answer, or its address is of no kind that is used; nothing was changed."""

    code: ClassVar[str] = "database_unavailable"


class ValueRefusedError(BackendError):
    """A value that no column takes: too long, or with a letter that cannot be kept; nothing was changed."""

    code: ClassVar[str] = "value_refused"
