import unicodedata

from backend.people.names import vietnamese_sort_key

IN_ORDER = [
    "Trần Văn An",
    "Hoàng Văn Ân",
    "Nguyễn Thị Bình",
    "Nguyễn Văn Bình",
    "Phạm Thị Bình",
    "Lê Văn Dũng",
    "Lê Văn Đức",
    "Đỗ Thị Hoa",
    "Đỗ Thị Hoà",
    "Đỗ Thị Hòa",
    "Đỗ Thị Hỏa",
    "Đỗ Thị Hoạ",
    "Lò Thị Ôn",
    "Lò Thị Ơn",
    "Y",
]


def test_people_are_listed_by_given_family_and_middle_name_in_vietnamese_order() -> None:
    shuffled = IN_ORDER[::-1]
    assert sorted(shuffled, key=vietnamese_sort_key) == IN_ORDER


def test_decomposed_letters_sort_like_composed_ones() -> None:
    for name in IN_ORDER:
        assert vietnamese_sort_key(name)[:3] == vietnamese_sort_key(unicodedata.normalize("NFD", name))[:3]


def test_an_empty_name_sorts_first_instead_of_failing() -> None:
    assert sorted(["An", ""], key=vietnamese_sort_key) == ["", "An"]
