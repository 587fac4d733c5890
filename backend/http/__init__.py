"""The outside face: thin Litestar controllers, wire structs, problem details, security headers.

* Every route declares its audience, and one guard (``authorise``) lets requests pass or refuses them; a route without
  an audience is refused.
* Errors are RFC 9457 problem details with a stable ``code``; sentences come from ``backend.messages``.
* Handlers hold no rule: they call a use case and translate its answer.
"""
