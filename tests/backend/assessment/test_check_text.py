import pytest
from lxml import etree

from backend.assessment.check_text import check_text
from backend.demo.cards import cards_of
from backend.messages import sentence
from verifier.record.write_xml import write_unsigned_card

WRONG = {
    "Ðinh Văn Ân": "eth_letter",
    "Nguyễn Thị Ðào": "eth_letter",
    "Lê Hồng ðăng": "eth_letter",
    "NguyÔn V¨n ¸nh": "legacy_encoding_tcvn3",
    "TrÇn ThÞ H¶i": "legacy_encoding_tcvn3",
    "§inh C«ng Minh": "legacy_encoding_tcvn3",
    "Ph¹m §øc": "legacy_encoding_tcvn3",
    "Tr­êng TiÓu häc": "legacy_encoding_tcvn3",
    "§Æng Minh An": "legacy_encoding_tcvn3",
    "Vò §×nh An": "legacy_encoding_tcvn3",
    "§µo Mai Anh": "legacy_encoding_tcvn3",
    "Mai Ngäc Trang": "legacy_encoding_tcvn3",
    "Bïi Thu Linh": "legacy_encoding_tcvn3",
    "Mai Quúnh Nga": "legacy_encoding_tcvn3",
    "Mai Vaên Huy": "legacy_encoding_vni",
    "Phaïm Gia Long": "legacy_encoding_vni",
    "CHU GIA MAÏNH": "legacy_encoding_vni",
    "Mai Ngoïc Trang": "legacy_encoding_vni",
    "Löông Thu Chi": "legacy_encoding_vni",
    "Mai Ñình Nam": "legacy_encoding_vni",
    "Nguyeãn Vaên An": "legacy_encoding_vni",
    "Traàn Thò Bình": "legacy_encoding_vni",
    "Ñaëng Minh": "legacy_encoding_vni",
    "Phaïm Ñöùc": "legacy_encoding_vni",
    "Tröôøng Tieåu hoïc": "legacy_encoding_vni",
    "hoïc sinh ngoan, hoïc toát": "legacy_encoding_vni",
    "LEÂ THÒ HOÀNG": "legacy_encoding_vni",
}
RIGHT = (
    "Nguyễn Thị Hoà", "Trần Thúy Uyên", "Đặng Quý Đức", "HOÀNG NGỌC ÁNH", "Ksor H'Ănh", "Y Thoại Niê",
    "François Müller", "Anaïs Béranger", "Loïc Lefèvre", "Peña Núñez", "Zoé Raphaël",
    "Thaïs Benoît", "Aïcha Benali", "Điều 5 § 2", "tinh thần stoïcisme", "Bjørn Håkon Grüßner",
    "Đạt 8,5 điểm; cố gắng hơn ở học kì II (± 0,5).", "Nước sôi ở 100 °C – 3 × 4 = 12.",
    "Khuyến khích em đọc sách; quê ở Krông Búk.", "Nguyễn Thị Loan",
)  # fmt: skip


def codes(text: str) -> list[tuple[str, str]]:
    data = etree.Element("DU_LIEU_HOC_BA")
    etree.SubElement(etree.SubElement(data, "THONG_TIN_CHUNG"), "HO_VA_TEN").text = text
    return [(warning.code, warning.field) for warning in check_text(data)]


@pytest.mark.parametrize("text", WRONG)
def test_letters_that_only_look_vietnamese_are_named(text: str) -> None:
    assert codes(text) == [(WRONG[text], "HO_VA_TEN")]
    assert sentence(WRONG[text]) != sentence("unexpected_error")


@pytest.mark.parametrize("text", RIGHT)
def test_right_letters_have_no_warning_composed_or_not(text: str) -> None:
    assert codes(text) == []


def test_each_kind_is_named_once_an_element_and_never_with_the_text() -> None:
    data = etree.fromstring("<D><A>Ðinh</A><A>Ðào</A><B>Ðinh</B></D>")
    assert [(one.code, one.field, one.written, one.inputs) for one in check_text(data)] == [
        ("eth_letter", "A", None, {}),
        ("eth_letter", "B", None, {}),
    ]


def test_cards_of_the_demo_city_have_none() -> None:
    for number in range(400):
        for card in cards_of(3, number):
            assert list(check_text(etree.fromstring(write_unsigned_card(card.record)))) == []
