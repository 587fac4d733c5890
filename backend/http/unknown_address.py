"""Addresses that do not exist: a problem for programs, the app's own "not found" page for people."""

from litestar import Response

from backend.http.any_request import AnyRequest
from backend.http.problems import problem_response
from backend.http.shell import Shell, answer_file

_FOR_PROGRAMS = ("/api", "/.well-known")


def answer_unknown_address(request: AnyRequest, shell: Shell) -> Response[bytes]:
    """404 in the form that fits who asked."""
    path = request.scope["path"]
    wants_page = request.method == "GET" and "text/html" in request.headers.get("accept", "")
    if wants_page and shell.has_pages and not path.startswith(_FOR_PROGRAMS):
        return answer_file(request, shell.find("/"), status_code=404)
    return problem_response("not_found", status=404)
