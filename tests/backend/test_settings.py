from pathlib import Path

import pytest

from backend.messages import sentence
from backend.settings import DEMO_SECRET, SettingsError, load_settings

PRODUCTION = {
    "HOCBA_PUBLIC_URL": "https://hocba.example.vn",
    "HOCBA_SECRET": "0f" * 16,
    "HOCBA_TRUST_ANCHOR": "ab" * 32,
    "HOCBA_DATA": "/srv/hocba",
}


def _codes(environment: dict[str, str]) -> set[str]:
    with pytest.raises(SettingsError, match="settings_refused") as refused:
        load_settings(environment)
    for problem in refused.value.problems:
        for language, words in sentence(problem.code, problem.details).items():
            assert str(problem.details["name"]) in words, language
    return {problem.code for problem in refused.value.problems}


def test_production_is_the_default_mode() -> None:
    settings = load_settings(PRODUCTION)
    assert settings.mode == "production"
    assert not settings.is_demo
    assert settings.database_url == "sqlite:////srv/hocba/hocba.sqlite"
    assert settings.store_url == "file:///srv/hocba/objects"


def test_demo_mode_needs_nothing_else() -> None:
    settings = load_settings({"HOCBA_MODE": "demo"})
    assert settings.is_demo
    assert settings.public_url == "http://localhost:8000"
    assert settings.secret == DEMO_SECRET
    assert settings.data == Path("data").absolute()


def test_everything_missing_is_said_at_once() -> None:
    with pytest.raises(SettingsError, match="settings_refused") as refused:
        load_settings({})
    assert [problem.details["name"] for problem in refused.value.problems] == [
        "HOCBA_PUBLIC_URL",
        "HOCBA_TRUST_ANCHOR",
        "HOCBA_SECRET",
    ]


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("HOCBA_MODE", "test", "setting_mode_unknown"),
        ("HOCBA_PUBLIC_URL", "", "setting_missing"),
        ("HOCBA_PUBLIC_URL", "http://hocba.example.vn", "setting_plain_http"),
        ("HOCBA_PUBLIC_URL", "https://hocba.example.vn/v", "setting_url_malformed"),
        ("HOCBA_PUBLIC_URL", "https://a:b@hocba.example.vn", "setting_url_malformed"),
        ("HOCBA_PUBLIC_URL", "https://[::1", "setting_url_malformed"),
        ("HOCBA_PUBLIC_URL", "https://Hocba.example.vn", "setting_url_not_an_origin"),
        ("HOCBA_PUBLIC_URL", "https://hocba.example.vn:443", "setting_url_not_an_origin"),
        ("HOCBA_PUBLIC_URL", "https://họcbạ.example.vn", "setting_url_not_an_origin"),
        ("HOCBA_PUBLIC_URL", "ftp://hocba.example.vn", "setting_url_malformed"),
        ("HOCBA_SECRET", "", "setting_missing"),
        ("HOCBA_SECRET", "short", "setting_secret_short"),
        ("HOCBA_SECRET", DEMO_SECRET, "setting_demo_secret"),
        ("HOCBA_TRUST_ANCHOR", "", "setting_missing"),
        ("HOCBA_TRUST_ANCHOR", "abcd", "setting_trust_anchor_malformed"),
        ("HOCBA_TSA_URLS", "tsa.example.vn", "setting_url_malformed"),
    ],
)
def test_production_refuses(name: str, value: str, code: str) -> None:
    assert _codes(PRODUCTION | {name: value}) == {code}


@pytest.mark.parametrize("host", ["localhost:8000", "127.0.0.1", "[::1]:8000"])
def test_plain_http_is_fine_on_this_machine(host: str) -> None:
    assert load_settings(PRODUCTION | {"HOCBA_PUBLIC_URL": f"http://{host}/"}).public_url == f"http://{host}"


def test_timestamp_servers_are_separated_by_commas_or_spaces() -> None:
    settings = load_settings(PRODUCTION | {"HOCBA_TSA_URLS": "http://a.example, https://b.example"})
    assert settings.timestamp_urls == ("http://a.example", "https://b.example")


HSM = {
    "HOCBA_PKCS11_MODULE": "/usr/lib/softhsm/libsofthsm2.so",
    "HOCBA_PKCS11_TOKEN": "hocba",
    "HOCBA_PKCS11_PIN_FILE": "/run/secrets/pin",
    "HOCBA_PKCS11_CERTIFICATES": "/etc/hocba/certificates",
}


def test_hsm_is_described_by_four_settings() -> None:
    hsm = load_settings(PRODUCTION | HSM).hsm
    assert hsm is not None
    assert (hsm.token_label, hsm.pin_file) == ("hocba", Path("/run/secrets/pin"))
    assert hsm.labels == {"capsule": "capsule", "status": "status", "registry": "registry", "pdf_seal": "pdf-seal"}


def test_keys_of_an_hsm_may_have_other_labels() -> None:
    hsm = load_settings(PRODUCTION | HSM | {"HOCBA_PKCS11_KEYS": "capsule = so-01/capsule, pdf-seal=dấu"}).hsm
    assert hsm is not None
    assert hsm.labels["capsule"] == "so-01/capsule"
    assert hsm.labels["pdf_seal"] == "dấu"
    assert hsm.labels["status"] == "status"


@pytest.mark.parametrize("labels", ["capsule", "capsule=", "trust=x"])
def test_labels_that_name_no_key_are_refused(labels: str) -> None:
    assert _codes(PRODUCTION | HSM | {"HOCBA_PKCS11_KEYS": labels}) == {"setting_key_labels_malformed"}


def test_half_an_hsm_is_refused_with_everything_that_is_missing() -> None:
    with pytest.raises(SettingsError, match="settings_refused") as refused:
        load_settings({"HOCBA_PKCS11_TOKEN": "hocba"})
    assert [problem.details["name"] for problem in refused.value.problems] == [
        "HOCBA_PUBLIC_URL",
        "HOCBA_TRUST_ANCHOR",
        "HOCBA_PKCS11_MODULE",
        "HOCBA_PKCS11_PIN_FILE",
        "HOCBA_PKCS11_CERTIFICATES",
        "HOCBA_SECRET",
    ]


CSC = {
    "HOCBA_CSC_URL": "https://ky.example.vn/csc/v2/",
    "HOCBA_CSC_CLIENT_ID": "so-01",
    "HOCBA_CSC_SECRET_FILE": "/run/secrets/csc",
}


def test_remote_signing_is_described_by_three_settings() -> None:
    assert load_settings(PRODUCTION).csc is None
    csc = load_settings(PRODUCTION | CSC).csc
    assert csc is not None
    assert (csc.url, csc.client_id) == ("https://ky.example.vn/csc/v2", "so-01")


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("HOCBA_CSC_URL", "http://ky.example.vn/csc/v2", "setting_https_needed"),
        ("HOCBA_CSC_URL", "http://localhost/csc/v2", "setting_https_needed"),
        ("HOCBA_CSC_URL", "ky.example.vn", "setting_url_malformed"),
        ("HOCBA_CSC_URL", "", "setting_missing"),
        ("HOCBA_CSC_CLIENT_ID", "", "setting_missing"),
        ("HOCBA_CSC_SECRET_FILE", "", "setting_missing"),
    ],
)
def test_remote_signing_in_production_is_whole_and_by_tls(name: str, value: str, code: str) -> None:
    assert _codes(PRODUCTION | CSC | {name: value}) == {code}


def test_remote_signing_by_plain_http_is_for_the_demo() -> None:
    csc = load_settings({"HOCBA_MODE": "demo"} | CSC | {"HOCBA_CSC_URL": "http://localhost:9/csc/v2"}).csc
    assert csc is not None


def test_proxies_are_networks_and_a_known_header() -> None:
    named = load_settings(PRODUCTION | {"HOCBA_TRUSTED_PROXIES": "127.0.0.1, fd00::/8"})

    assert named.proxies.networks == ("127.0.0.1/32", "fd00::/8")
    assert load_settings(PRODUCTION).proxies.networks == ()
    assert _codes(PRODUCTION | {"HOCBA_TRUSTED_PROXIES": "nginx"}) == {"setting_proxies_malformed"}
    assert _codes(PRODUCTION | {"HOCBA_FORWARDED_HEADER": "x-client"}) == {"setting_proxies_malformed"}
