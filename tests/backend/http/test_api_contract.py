"""Every operation of the OpenAPI document, asked with what the document allows and with what it forbids.

Whatever comes in, no answer is a 5xx, and each answer has a status, a type and a shape that the document names. What a
valid question means (an unknown pupil, a code that is no code) is judged by other tests: it may be refused here.
"""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable

from backend.http.open_api import OPENAPI_PATH
from tests.backend.desk.signing_school import CODES, SigningSchool
from tests.backend.http.browser import MOTHER, Browser, ServedCity, visiting
from tests.verifier.small_city import SCHOOL_CODE, SCHOOL_YEAR

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # of the library's own dependencies, while it is imported
    import schemathesis
    from schemathesis import Case, GenerationMode
    from schemathesis.checks import not_a_server_error
    from schemathesis.core.failures import FailureGroup
    from schemathesis.specs.openapi.checks import (
        content_type_conformance,
        response_headers_conformance,
        response_schema_conformance,
        status_code_conformance,
    )
    from schemathesis.transport.serialization import serialize_binary

schemathesis.serializer("application/pdf", "application/zip")(lambda _context, value: serialize_binary(value))
"""As they are: the library knows that of pictures only."""
EXAMPLES = 6
"""For each operation, each way of making questions, each kind of sender."""
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]


class Senders:
    """Somebody who may do everything, and somebody who may do nothing, before the same service."""

    def __init__(self, served: ServedCity, browser: Browser) -> None:
        self.served, self.browser = served, browser
        self.record_id = served.issue(1)
        self.staff = SigningSchool(served.working, access=served.staff_access)
        self.staff.now = served.clock.now
        code = served.activation_code(served.ngoc.guardian_ids[0])
        assert browser.enrol(code, MOTHER.personal_code).status_code == 201
        self.parents_phone = browser.phone
        self.token = served.system_token()
        self.cookies: dict[str, str] = {}

    def log_in(self) -> None:
        """Anew: an operation before may have ended a session."""
        self.browser.client.cookies.clear()
        self.browser.phone = self.parents_phone
        self.browser.log_in(MOTHER.personal_code)
        self.browser.phone = self.staff.phones["clerk"]
        self.browser.log_in(CODES["clerk"], door="staff")
        self.cookies = dict(self.browser.client.cookies)

    def known_ids(self) -> dict[str, str]:
        """What stands in addresses, so that some questions find something."""
        return {
            "record_id": self.record_id,
            "role_id": self.staff.role_id("clerk"),
            "pupil_id": self.served.ngoc.pupil_id or "",
            "school_code": SCHOOL_CODE,
            "school_year": SCHOOL_YEAR,
        }

    def ask(self, case: Case[Any], *, logged_in: bool, with_known_ids: bool) -> httpx.Response:
        if with_known_ids:
            known = self.known_ids()
            case.path_parameters = {key: known.get(key, value) for key, value in (case.path_parameters or {}).items()}
        question = case.as_transport_kwargs(base_url=str(self.browser.client.base_url))
        headers = {key: value for key, value in dict(question["headers"] or {}).items() if key.lower() != "cookie"}
        headers |= {"Origin": self.browser.origin}
        self.browser.client.cookies.clear()
        if logged_in:
            headers |= {"Authorization": f"Bearer {self.token}"}
            self.browser.client.cookies.update(self.cookies)
        body = {key: question[key] for key in ("json", "files") if question.get(key) is not None}
        if question.get("data") is not None:
            body["content"] = question["data"]
        return self.browser.client.request(
            question["method"], question["url"], params=question.get("params"), headers=headers, **body
        )


@pytest.fixture
def senders(served: ServedCity) -> Iterator[Senders]:
    with visiting(served.app()) as browser:
        yield Senders(served, browser)


def test_every_answer_is_one_that_the_document_names(senders: Senders) -> None:
    document = senders.browser.get(OPENAPI_PATH).json()
    wrong: dict[str, str] = {}
    asked: set[str] = set()
    for result in schemathesis.openapi.from_dict(document).get_all_operations():
        operation = result.ok()  # type: ignore[union-attr]  # a document that cannot be read fails right here
        asked.add(operation.label)
        for logged_in in (True, False):
            if logged_in:
                senders.log_in()
            for mode in GenerationMode:
                with _noting(wrong, operation.label):
                    _ask_often(senders, operation, mode, logged_in=logged_in)
    assert not wrong, "\n\n".join(f"{label}: {said}" for label, said in wrong.items())
    assert asked == {f"{method.upper()} {path}" for path, item in document["paths"].items() for method in item}


def _ask_often(senders: Senders, operation: Any, mode: GenerationMode, *, logged_in: bool) -> None:
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(operation.as_strategy(generation_mode=mode), st.booleans())
    def ask(case: Case[Any], with_known_ids: bool) -> None:  # noqa: FBT001  # as Hypothesis hands it in
        answer = senders.ask(case, logged_in=logged_in, with_known_ids=with_known_ids)
        case.validate_response(answer, checks=CHECKS)

    try:
        ask()
    except Unsatisfiable:
        assert mode is GenerationMode.NEGATIVE  # nothing can be wrong with a question that has no parts


@contextmanager
def _noting(wrong: dict[str, str], label: str) -> Iterator[None]:
    """Go on with the next operation: one run tells everything."""
    try:
        yield
    except FailureGroup as group:
        wrong[label] = "\n".join(str(failure)[:600] for failure in group.exceptions)
    except AssertionError as failure:
        wrong[label] = str(failure)[:600]
