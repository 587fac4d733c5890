"""QR codes in photos and on pages."""

from io import BytesIO

import pytest
from PIL import Image, ImageFilter

from backend.issuing.qr_code import render_qr
from backend.signing.seal_pdf import UnsignedPdf
from tests.verifier.qr_photos import blank_photo, photo_of, two_codes
from tests.verifier.small_city import SmallCity, small_city
from verifier.errors import LimitExceededError, MalformedInputError
from verifier.pdf_pages import MAX_PAGES
from verifier.qr import MAX_PHOTO_PIXELS, read_pdf_pages, read_photo


@pytest.fixture(scope="module")
def city() -> SmallCity:
    return small_city()


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_capsule_is_read_from_a_photo(city: SmallCity, kind: str) -> None:
    text = city.capsule_text()

    assert read_photo(photo_of(text, kind=kind)) == (text,)


@pytest.mark.parametrize("degrees", [90, 180, 7])
def test_a_turned_and_slightly_blurred_photo_is_read(city: SmallCity, degrees: int) -> None:
    text = city.capsule_text()
    image = Image.open(BytesIO(photo_of(text))).convert("L").rotate(degrees, expand=True, fillcolor=255)
    output = BytesIO()
    image.filter(ImageFilter.GaussianBlur(1)).save(output, "JPEG", quality=70)

    assert read_photo(output.getvalue()) == (text,)


def test_all_codes_of_a_photo_are_given(city: SmallCity) -> None:
    text = city.capsule_text()

    assert set(read_photo(two_codes(text, "https://example.org"))) == {text, "https://example.org"}


@pytest.mark.parametrize(
    "photo",
    [b"", b"\x89PNG\r\n\x1a\n", photo_of("x")[:200], b"\xff\xd8\xff\xe0" + b"\0" * 300, b"GIF89a" + b"\0" * 50],
    ids=["empty", "only a signature", "truncated", "no JPEG behind its mark", "GIF"],
)
def test_what_is_no_photo_is_malformed(photo: bytes) -> None:
    with pytest.raises(MalformedInputError, match="photo_malformed"):
        read_photo(photo)


def test_a_photo_without_code_says_so() -> None:
    with pytest.raises(MalformedInputError, match="photo_without_qr"):
        read_photo(blank_photo())


def test_a_small_file_with_a_huge_picture_is_refused_before_it_is_decoded() -> None:
    side = int(MAX_PHOTO_PIXELS**0.5) + 1
    output = BytesIO()
    Image.new("1", (side, side)).save(output, "PNG")

    with pytest.raises(LimitExceededError, match="photo_too_large"):
        read_photo(output.getvalue())


def test_the_capsule_is_read_from_the_rendered_page(city: SmallCity) -> None:
    card = city.signed_card()
    text = city.capsule_text(card)

    assert read_pdf_pages(city.unsealed_pdf(card, qr_text=text)) == (text,)


@pytest.mark.parametrize("drawn", ["picture", "paths"])
def test_a_second_capsule_on_another_page_is_found_whatever_it_is_drawn_with(city: SmallCity, drawn: str) -> None:
    other = city.capsule_text(city.signed_card())
    symbol = Image.open(BytesIO(render_qr(other).png)).convert("L")
    if drawn == "picture":
        page = f'image(bytes(({",".join(map(str, render_qr(other).png))},)), width: 36mm, alt: "QR")'
    else:
        places = ((x, y) for x in range(0, symbol.width, 2) for y in range(0, symbol.height, 2))
        dark = [(x / 4, y / 4) for x, y in places if symbol.getpixel((x, y)) == 0]
        squares = "".join(f"place(dx: {x}mm, dy: {y}mm, square(size: 0.5mm, fill: black));" for x, y in dark)
        page = f"{{{squares}}}"
    pdf = city.unsealed_pdf(city.first_card(), extra=f"#pagebreak()\n#{page}\n")

    found = read_pdf_pages(pdf)

    assert (len(found), other in found) == (2, True)


def test_a_page_without_code_gives_none(city: SmallCity) -> None:
    assert read_pdf_pages(city.unsealed_pdf(city.signed_card(), qr_text="")) == ()


def test_a_file_that_cannot_be_drawn_is_malformed() -> None:
    with pytest.raises(MalformedInputError, match="pdf_not_drawable"):
        read_pdf_pages(b"%PDF-1.7\nnothing")


def test_too_many_pages_are_refused(city: SmallCity) -> None:
    pdf: UnsignedPdf = city.unsealed_pdf(city.signed_card(), extra="\n#pagebreak()" * MAX_PAGES)

    with pytest.raises(LimitExceededError, match="pdf_too_many_pages"):
        read_pdf_pages(pdf)


def test_a_huge_page_is_refused(city: SmallCity) -> None:
    pdf = city.unsealed_pdf(city.signed_card(), extra="\n#page(width: 3000pt, height: 3000pt)[x]")

    with pytest.raises(LimitExceededError, match="pdf_page_too_large"):
        read_pdf_pages(pdf)
