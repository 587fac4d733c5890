"""Forgers keep every signed byte and move it out of sight: each way to wrap a signature, by name.

In every case the signatures stay sound arithmetic; only what a reader would see is forged. ``data`` is the signed
``DU_LIEU_HOC_BA``, ``signers`` what follows it.
"""

import re
from collections.abc import Callable

Wrapping = Callable[[bytes, bytes], bytes]


def parts_of(card: bytes) -> tuple[bytes, bytes]:
    start, end = len(b"<HOC_BA>"), card.index(b"</DU_LIEU_HOC_BA>") + len(b"</DU_LIEU_HOC_BA>")
    return card[start:end], card[end : -len(b"</HOC_BA>")]


def better(data: bytes, *, data_id: str = "data") -> bytes:
    """The same data with better marks, under an ``Id`` of choice."""
    forged = data.replace(b"<DIEM_KIEM_TRA_DINH_KY>8<", b"<DIEM_KIEM_TRA_DINH_KY>10<")
    assert forged != data
    forged = without_row_ids(forged).replace(b'Id="thongtinhocba"', b'Id="khac"')
    return forged.replace(b'Id="data"', f'Id="{data_id}"'.encode())


def without_row_ids(data: bytes) -> bytes:
    """A clever forger repeats no ``Id``, so that the simplest refusal does not stand in for the others."""
    return re.sub(rb' Id="mon-[^"]*"', b"", data)


def hide_in_object(signers: bytes, hidden: bytes) -> bytes:
    """Put ``hidden`` into an ``Object`` of the last signature."""
    head, closing, tail = signers.rpartition(b"</Signature>")
    existing = head.rindex(b"</Object>")
    return head[:existing] + hidden + head[existing:] + closing + tail


def own_object(signers: bytes, hidden: bytes) -> bytes:
    """Put ``hidden`` into an ``Object`` of its own."""
    head, closing, tail = signers.rpartition(b"</Signature>")
    return head + b"<Object>" + hidden + b"</Object>" + closing + tail


def in_key_info(signers: bytes, hidden: bytes) -> bytes:
    head, closing, tail = signers.rpartition(b"</KeyInfo>")
    return head + hidden + closing + tail


def _inside(data: bytes, added: bytes) -> bytes:
    return data.replace(b"</DU_LIEU_HOC_BA>", added + b"</DU_LIEU_HOC_BA>")


def _second_school_signature(data: bytes, signers: bytes) -> bytes:
    start = signers.index(b"<KY_PHAT_HANH>")
    end = signers.index(b"</KY_PHAT_HANH>") + len(b"</KY_PHAT_HANH>")
    again = signers[start:end].replace(b"thoi-gian-", b"gio-").replace(b"ky-", b"k-")
    return data + signers[:end] + again + signers[end:]


def _manager_twice_with_forged_data(data: bytes, signers: bytes) -> bytes:
    """The manager's place is filled once more, with a signature copied from where it covered the true data."""
    start, end = signers.index(b"<CBQL>"), signers.index(b"</CBQL>") + len(b"</CBQL>")
    again = signers[start:end].replace(b"thoi-gian-", b"gio-").replace(b"ky-", b"k-")
    return better(data, data_id="real") + signers[:end] + again + hide_in_object(signers[end:], data)


def _first_signature(signers: bytes) -> bytes:
    return signers[signers.index(b"<Signature") : signers.index(b"</Signature>") + len(b"</Signature>")]


WRAPPINGS: dict[str, tuple[Wrapping, str, str]] = {
    "moved_into_object_same_id": (lambda d, s: better(d) + hide_in_object(s, d), "unreadable", "xml_id_repeated"),
    "moved_into_object_other_id": (
        lambda d, s: better(d, data_id="real") + hide_in_object(s, d),
        "altered",
        "reference_unexpected",
    ),
    "moved_into_second_object": (
        lambda d, s: better(d, data_id="real") + own_object(s, d),
        "altered",
        "reference_unexpected",
    ),
    "moved_into_key_info": (
        lambda d, s: better(d, data_id="real") + in_key_info(s, d.replace(b">", b' xmlns="">', 1)),
        "unreadable",
        "xml_namespace_unexpected",
    ),
    "id_in_capitals": (
        lambda d, s: better(d).replace(b' Id="data"', b' ID="data"') + hide_in_object(s, d),
        "unreadable",
        "xml_id_repeated",
    ),
    "id_in_small_letters": (
        lambda d, s: better(d).replace(b' Id="data"', b' id="data"') + hide_in_object(s, d),
        "unreadable",
        "xml_id_repeated",
    ),
    "xml_id_beside_id": (
        lambda d, s: better(d).replace(b' Id="data"', b' xml:id="data" Id="real"') + hide_in_object(s, d),
        "unreadable",
        "xml_id_repeated",
    ),
    "two_ids_on_the_data": (
        lambda d, s: better(d).replace(b' Id="data"', b' Id="real" ID="data"') + hide_in_object(s, d),
        "unreadable",
        "xml_id_repeated",
    ),
    "id_in_a_foreign_namespace": (
        lambda d, s: d + hide_in_object(s, b'<x:DU_LIEU_HOC_BA xmlns:x="urn:x" x:Id="data"/>'),
        "altered",
        "signature_malformed",
    ),
    "id_as_character_reference": (
        lambda d, s: better(d).replace(b' Id="data"', b' Id="&#100;ata"') + hide_in_object(s, d),
        "unreadable",
        "xml_id_repeated",
    ),
    "second_record_behind": (
        lambda d, s: d + better(d, data_id="second") + s,
        "unreadable",
        "xml_element_repeated",
    ),
    "second_record_before": (
        lambda d, s: better(d, data_id="second") + d + s,
        "unreadable",
        "xml_element_repeated",
    ),
    "nested_signed_in_forged": (
        lambda d, s: _inside(better(d, data_id="outer"), d) + s,
        "altered",
        "reference_unexpected",
    ),
    "nested_forged_in_signed": (lambda d, s: _inside(d, better(d, data_id="x")) + s, "altered", "xml_data_altered"),
    "signed_record_among_the_signers": (
        lambda d, s: better(d, data_id="real") + s.replace(b"<PHAT_HANH_HOC_BA>", b"<PHAT_HANH_HOC_BA>" + d, 1),
        "altered",
        "reference_unexpected",
    ),
    "signers_inside_what_they_sign": (_inside, "unreadable", "xml_signature_misplaced"),
    "second_signature_of_the_school": (_second_school_signature, "unreadable", "xml_signature_misplaced"),
    "second_signature_of_the_manager": (_manager_twice_with_forged_data, "altered", "reference_unexpected"),
    "signature_inside_object": (
        lambda d, s: d + hide_in_object(s, re.sub(rb' Id="[^"]*"', b"", _first_signature(s))),
        "unreadable",
        "xml_signature_misplaced",
    ),
}
"""Name, how, and what a verifier has to say."""
