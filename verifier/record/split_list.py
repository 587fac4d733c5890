"""A ministry's list ``<DANH_SACH_HOC_BA>`` cut into its cards, byte for byte.

Every card in a list may use ``Id="data"``, so cards are cut out first and each is checked as a document of its own.
The cut is made at the parser's byte offsets: a card's bytes are kept as the school signed and sent them, never written
anew. No tree is built, so that 100 MB of list cost 100 MB.
"""

from collections.abc import Callable, Iterator
from xml.parsers import expat

from msgspec import Struct

from verifier.errors import LimitExceededError, MalformedInputError
from verifier.record.card_document import MAX_CARD_BYTES, MAX_DEPTH, MAX_ELEMENTS, strip_declaration

MAX_LIST_BYTES = 100_000_000
"""Decompressed; on the wire a transaction has 10 MB (2088, II.2.8)."""
MAX_CARDS = 5_000
"""The largest schools have some 4,000 pupils."""
MAX_LIST_ELEMENTS = 4_000_000
"""800 a card; bounds the parser's time."""


class CardList(Struct, frozen=True):
    """A list's cards, by place."""

    xml: bytes
    """The list without byte order mark and XML declaration; the offsets count from here."""
    places: tuple[tuple[int, int], ...]
    """Start and end of each card."""
    has_signature: bool
    """Whether the sender's transaction signature stands in the list. Nothing is said of its worth."""

    def __iter__(self) -> Iterator[bytes]:
        return (self.xml[start:end] for start, end in self.places)

    def __len__(self) -> int:
        return len(self.places)


def split_list(xml: bytes) -> CardList:
    """Find the cards of a list; a single ``HOC_BA`` counts as a list of one.

    Iterating the result yields each card's exact bytes.

    Raises:
        LimitExceededError: ``xml_too_large``, ``xml_too_deep``, ``xml_too_many_elements``, ``list_too_many_cards``.
        MalformedInputError: ``xml_not_utf8``, ``xml_not_well_formed``, ``xml_has_…``, ``xml_element_unexpected``,
            ``list_not_a_list``, ``list_empty``.
    """
    body = strip_declaration(xml, max_bytes=MAX_LIST_BYTES)
    cutter = _Cutter(body)
    cutter.run()
    if not cutter.places:
        raise MalformedInputError("list_empty")
    return CardList(xml=body, places=tuple(cutter.places), has_signature=cutter.has_signature)


class _Cutter:
    def __init__(self, xml: bytes) -> None:
        self.places: list[tuple[int, int]] = []
        self.has_signature = False
        self._xml = xml
        self._depth = 0
        self._card_depth = 1
        """Depth at which cards stand: 1 in a list, 0 when the document is a card itself."""
        self._card_start: int | None = None
        self._elements_in_card = 0
        self._elements = 0
        self._parser = expat.ParserCreate("UTF-8")
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.StartDoctypeDeclHandler = _refuse("xml_has_doctype")
        self._parser.CommentHandler = _refuse("xml_has_comment")
        self._parser.ProcessingInstructionHandler = _refuse("xml_has_processing_instruction")
        self._parser.StartCdataSectionHandler = _refuse("xml_has_cdata")

    def run(self) -> None:
        try:
            self._parser.Parse(self._xml, True)
        except expat.ExpatError as error:
            raise MalformedInputError("xml_not_well_formed") from error

    def _start(self, name: str, _attributes: dict[str, str]) -> None:
        if self._depth == 0:
            self._open_document(name)
        if self._depth == self._card_depth:
            self._open_child(name)
        self._depth += 1
        self._elements += 1
        self._elements_in_card += 1
        if self._depth > MAX_DEPTH + 1:
            raise LimitExceededError("xml_too_deep", limit=MAX_DEPTH)
        if self._elements_in_card > MAX_ELEMENTS or self._elements > MAX_LIST_ELEMENTS:
            raise LimitExceededError("xml_too_many_elements", limit=MAX_ELEMENTS)

    def _open_document(self, name: str) -> None:
        if name == "HOC_BA":
            self._card_depth = 0
        elif name != "DANH_SACH_HOC_BA":
            raise MalformedInputError("list_not_a_list")

    def _open_child(self, name: str) -> None:
        self._elements_in_card = 0
        if name == "HOC_BA":
            self._card_start = self._parser.CurrentByteIndex
        elif name.rpartition(":")[2] == "Signature" and not self.has_signature:
            self.has_signature = True
        else:
            raise MalformedInputError("xml_element_unexpected", field=name[:40])

    def _end(self, name: str) -> None:
        self._depth -= 1
        if self._depth != self._card_depth or name != "HOC_BA" or self._card_start is None:
            return
        end_tag = self._parser.CurrentByteIndex
        if not self._xml.startswith(b"</HOC_BA", end_tag):  # "<HOC_BA/>" has no end tag, and nothing in it
            raise MalformedInputError("xml_not_a_card", position=len(self.places))
        end = self._xml.index(b">", end_tag) + 1
        if end - self._card_start > MAX_CARD_BYTES:
            raise LimitExceededError("xml_too_large", limit=MAX_CARD_BYTES, position=len(self.places))
        if len(self.places) == MAX_CARDS:
            raise LimitExceededError("list_too_many_cards", limit=MAX_CARDS)
        self.places.append((self._card_start, end))
        self._card_start = None


def _refuse(code: str) -> Callable[..., None]:
    def handler(*_arguments: object) -> None:
        raise MalformedInputError(code)

    return handler
