import base64
import gzip

import pytest

from backend.signing import pack_transaction as module
from backend.signing.errors import NotSignableError
from backend.signing.pack_transaction import pack_transaction

XML = '<A id="dataDanhSach">Đỗ</A>'.encode()


def test_length_stands_in_front_of_the_gzip() -> None:
    raw = base64.b64decode(pack_transaction(XML), validate=True)
    assert int.from_bytes(raw[:4], "little") == len(XML)
    assert gzip.decompress(raw[4:]) == XML


def test_quotes_are_escaped_only_when_asked() -> None:
    raw = base64.b64decode(pack_transaction(XML, escape_quotes=True))
    assert gzip.decompress(raw[4:]) == XML.replace(b'"', b'\\"')
    assert int.from_bytes(raw[:4], "little") == len(XML) + 2


def test_packing_is_deterministic() -> None:
    assert pack_transaction(XML) == pack_transaction(XML)


def test_transaction_above_the_limit_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_WIRE_BYTES", 20)
    with pytest.raises(NotSignableError, match="transaction_too_large"):
        pack_transaction(XML)
