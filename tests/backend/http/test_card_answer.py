from msgspec import Raw

from backend.archive.pages.card_page import CardPage, KeptPage
from backend.http.parent_wire import Card, EncodedCard


def test_an_answer_that_is_spliced_has_the_fields_that_the_api_names() -> None:
    assert EncodedCard.__struct_fields__ == Card.__struct_fields__


def test_what_is_kept_of_a_page_and_what_is_taken_from_it_have_the_same_fields() -> None:
    assert KeptPage.__struct_fields__ == CardPage.__struct_fields__
    assert KeptPage.__annotations__["record"] is Raw
