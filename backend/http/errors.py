"""Refusals that belong to HTTP alone."""

from backend.errors import BackendError


class OriginRefusedError(BackendError):
    """An unsafe request that does not say it comes from our own pages (cross-site request forgery)."""

    code = "origin_refused"


class AudienceMissingError(BackendError):
    """A route that does not say who may use it; nobody may."""

    code = "not_found"


class ShellMissingError(BackendError):
    """The pages have not been built."""

    code = "pages_missing"
