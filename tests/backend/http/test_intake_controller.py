import pytest

from backend.intake.unpack_transaction import MAX_WIRE_BYTES
from tests.backend.http.browser import Browser, ServedCity
from tests.backend.intake.sending import plain_list, record_id_of, signed_card, transaction


def send(browser: Browser, data: bytes, token: str | None) -> tuple[int, dict[str, object]]:
    headers = {} if token is None else {"Authorization": f"Bearer {token}"}
    answer = browser.client.post("/api/intake", content=data, headers=headers)
    return answer.status_code, answer.json()


def test_a_schools_system_sends_a_batch_and_sends_it_again(served: ServedCity, browser: Browser) -> None:
    token = served.system_token()
    data = transaction(served.working, *(signed_card(served.working, number) for number in (1, 2)))
    status, answer = send(browser, data, token)
    assert (status, answer["accepted"], answer["refused"], answer["already_received"]) == (200, 2, 0, False)
    receipts = answer["receipts"]
    assert isinstance(receipts, list)
    assert receipts[0]["record_id"] == record_id_of(1)
    assert receipts[0]["sentence"].keys() == {"vi", "en"}
    status, again = send(browser, data, token)
    assert (status, again["batch_id"], again["already_received"]) == (200, answer["batch_id"], True)


def test_a_refused_card_is_named_with_its_reason(served: ServedCity, browser: Browser) -> None:
    good, bad = signed_card(served.working, 1), signed_card(served.working, 2).replace(b">9<", b">10<")
    status, answer = send(browser, plain_list(good, bad), served.system_token())
    assert (status, answer["accepted"], answer["refused"]) == (200, 1, 1)
    receipts = answer["receipts"]
    assert isinstance(receipts, list)
    assert (receipts[1]["position"], receipts[1]["outcome"]) == (2, "refused")
    assert "…" not in receipts[1]["sentence"]["vi"]


def test_warnings_say_rule_article_and_sentence(served: ServedCity, browser: Browser) -> None:
    status, answer = send(browser, plain_list(signed_card(served.working, 1)), served.system_token())
    assert (status, answer["accepted"]) == (200, 1)
    receipts = answer["receipts"]
    assert isinstance(receipts, list)
    warnings = {(one["code"], one["subject"]): one for one in receipts[0]["warnings"]}
    assert answer["warnings"] == len(receipts[0]["warnings"])
    missing = warnings["subject_missing", "KH"]
    assert (missing["field"], missing["expected"]) == ("MA_MON_HOC", "Khoa học")
    assert missing["sentence"]["vi"] == "Thiếu môn bắt buộc Khoa học (KH)."


@pytest.mark.parametrize("token", [None, "", "wrong", "x" * 300])
def test_without_a_schools_token_nothing_is_read(browser: Browser, token: str | None) -> None:
    status, answer = send(browser, b"<", token)
    assert (status, answer["code"]) == (401, "token_refused")


def test_a_batch_over_the_limit_is_refused_before_it_is_read(served: ServedCity, browser: Browser) -> None:
    status, answer = send(browser, b"A" * (MAX_WIRE_BYTES + 1), served.system_token())
    assert (status, answer["code"]) == (413, "body_too_large")


@pytest.mark.parametrize(("data", "code"), [(b"", "batch_empty"), (b"\x00\x01", "batch_not_base64")])
def test_noise_is_refused_with_its_code(served: ServedCity, browser: Browser, data: bytes, code: str) -> None:
    status, answer = send(browser, data, served.system_token())
    assert (status, answer["code"]) == (422, code)
