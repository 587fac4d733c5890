import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.vectors.sample_records import lower_secondary_record, primary_record
from verifier.errors import LimitExceededError, MalformedInputError
from verifier.record.card_document import MAX_CARD_BYTES, read_card
from verifier.record.split_list import MAX_CARDS, split_list
from verifier.record.write_xml import write_unsigned_card

CARDS = (write_unsigned_card(primary_record()), write_unsigned_card(lower_secondary_record()))
SIGNATURE = b'<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:SignedInfo/></ds:Signature>'


def list_of(*parts: bytes) -> bytes:
    return b'<DANH_SACH_HOC_BA id="dataDanhSach">' + b"\n".join(parts) + b"</DANH_SACH_HOC_BA>"


def test_cards_come_out_as_they_went_in() -> None:
    cards = split_list(list_of(*CARDS, SIGNATURE))
    assert tuple(cards) == CARDS
    assert len(cards) == 2
    assert cards.has_signature


def test_cards_of_one_id_are_told_apart() -> None:
    names = [read_card(card).root.findtext(".//HO_VA_TEN") for card in split_list(list_of(*CARDS))]
    assert names == ["Nguyễn Thị Bưởi", "Y Blơ Niê"]


@given(
    st.lists(st.sampled_from((b'<HOC_BA a="&gt;>/">x</HOC_BA \n>', b"<HOC_BA ><A/></HOC_BA>", CARDS[0])), min_size=1)
)
def test_slices_are_exact_whatever_the_spelling(cards: list[bytes]) -> None:
    declared = b'\xef\xbb\xbf<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\r\n'
    assert list(split_list(declared + list_of(*cards))) == cards


def test_letters_of_several_bytes_do_not_shift_a_slice() -> None:
    spaced = b"<HOC_BA><A>\xe1\xbb\xaf\xe1\xbb\xae</A></HOC_BA>"
    assert list(split_list(list_of(spaced, spaced))) == [spaced, spaced]


def test_a_single_card_is_a_list_of_one() -> None:
    cards = split_list(b"\n" + CARDS[0] + b"\n")
    assert list(cards) == [CARDS[0]]
    assert not cards.has_signature


@pytest.mark.parametrize(
    ("xml", "code"),
    [
        pytest.param(b"<LY_LICH/>", "list_not_a_list", id="another document"),
        pytest.param(list_of(), "list_empty", id="no card"),
        pytest.param(list_of(b"<HOC_BA/>"), "xml_not_a_card", id="an empty card"),
        pytest.param(list_of(b"<LY_LICH/>"), "xml_element_unexpected", id="another element"),
        pytest.param(list_of(SIGNATURE, SIGNATURE, CARDS[0]), "xml_element_unexpected", id="two signatures"),
        pytest.param(list_of(CARDS[0])[:-1], "xml_not_well_formed", id="unclosed"),
        pytest.param(list_of(CARDS[0]) * 2, "xml_not_well_formed", id="two documents"),
        pytest.param(list_of(b"<!-- -->", CARDS[0]), "xml_has_comment", id="comment"),
        pytest.param(list_of(b"<?a b?>", CARDS[0]), "xml_has_processing_instruction", id="instruction"),
        pytest.param(list_of(b"<HOC_BA><![CDATA[a]]></HOC_BA>"), "xml_has_cdata", id="cdata"),
        pytest.param(b"<!DOCTYPE a [<!ENTITY b 'c'>]>" + list_of(CARDS[0]), "xml_has_doctype", id="document type"),
        pytest.param(list_of(b"<HOC_BA>&b;</HOC_BA>"), "xml_not_well_formed", id="entity"),
        pytest.param(list_of(b"<HOC_BA>\xff</HOC_BA>"), "xml_not_utf8", id="another encoding"),
        pytest.param(
            b'<?xml version="1.0" encoding="windows-1258"?>' + list_of(CARDS[0]), "xml_not_utf8", id="declared encoding"
        ),
        pytest.param(b"", "xml_not_well_formed", id="nothing"),
    ],
)
def test_refused_list(xml: bytes, code: str) -> None:
    with pytest.raises(MalformedInputError, match=code):
        split_list(xml)


@pytest.mark.parametrize(
    ("xml", "code"),
    [
        pytest.param(list_of(b"<HOC_BA>a</HOC_BA>" * (MAX_CARDS + 1)), "list_too_many_cards", id="cards"),
        pytest.param(list_of(b"<HOC_BA>" + b"a" * MAX_CARD_BYTES + b"</HOC_BA>"), "xml_too_large", id="bytes"),
        pytest.param(list_of(b"<HOC_BA>" + b"<A/>" * 20_000 + b"</HOC_BA>"), "xml_too_many_elements", id="elements"),
        pytest.param(list_of(b"<HOC_BA>" * 40 + b"</HOC_BA>" * 40), "xml_too_deep", id="depth"),
    ],
)
def test_limits_of_a_list(xml: bytes, code: str) -> None:
    with pytest.raises(LimitExceededError, match=code):
        split_list(xml)


@given(st.binary(max_size=60))
def test_random_bytes_are_refused_and_nothing_worse(data: bytes) -> None:
    with pytest.raises(MalformedInputError, match=r"xml|list"):
        split_list(b"<DANH_SACH_HOC_BA>" + data)
