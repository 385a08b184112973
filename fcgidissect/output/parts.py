"""An entry comes in, what a writer makes of its record goes out, part by part.

`tree.of_record` is the reference: these are its nodes, in its order. What repeats (a header, a
short body, a pair, what is known of a request as long as nothing more is) is written once.
"""

from itertools import pairwise
from typing import (
    Any,
    Dict,
    Generic,
    List,
    Optional,
    Protocol,
    Sequence,
    Tuple,
    TypeVar,
    Union,
)

from fcgidissect.entry import Entry
from fcgidissect.fcgi.brief import Brief
from fcgidissect.fcgi.known import Known
from fcgidissect.fcgi.pairs import decode, parted
from fcgidissect.fcgi.record import Record
from fcgidissect.fcgi.request import Request
from fcgidissect.fcgi.spec import HEADER_LENGTH, PAIRS
from fcgidissect.memo import Memo
from fcgidissect.output.looked_up import KNOWN, OF_PARAMS, looked_up
from fcgidissect.tree import Node
from fcgidissect.tree import content as content_nodes
from fcgidissect.tree import header as header_nodes
from fcgidissect.tree import padding as padding_nodes
from fcgidissect.tree import pair_lines
from fcgidissect.tree import params as params_node
from fcgidissect.tree import remark, request_field, request_line

_MOST = 1 << 10
"""Of each kind that are remembered: some may take a few KiB as they are written."""
_SHORT = 64
"""Bytes of a record that is remembered as a whole."""
_RUNS = [0, 4, 6, HEADER_LENGTH]
"""Where the parts of a header begin: type and id, the content's length, and padding."""
_LONGEST = 512
"""Bytes of a pair that is remembered."""
_STAGES = [
    ["number", "role", "keep_conn", "begin_time"],
    OF_PARAMS,
    ["status", "content_type", "header_length"],
    ["first_frame", "duration", "ttfb", "state", "stdin_length", "body_length"],
]
"""What BEGIN_REQUEST, the params, the header block and END_REQUEST tell of a brief request."""
_OVER = len(_STAGES) - 1

Written = TypeVar("Written", covariant=True)


class Form(Protocol[Written]):
    """How a writer writes nodes."""

    def nodes(self, nodes: "Sequence[Node]", data: bytes, depth: int) -> Written:
        """Nodes with what is in them.

        Args:
            data: the bytes in which they lie.
            depth: in how many others they stand, the protocol among them.
        """

    def opening(self, node: Node, data: bytes) -> Written:
        """A node in the protocol of which the children follow one by one."""

    def closing(self) -> Written:
        """What stands behind these."""

    def joined(self, parts: "Sequence[Any]") -> Written:
        """Several of these as one; the places of all count from the same offset."""


class Parts(Generic[Written]):
    """The parts of one record after the other."""

    def __init__(self, form: "Form[Written]") -> None:
        self._form = form
        self._of_records: "Memo[bytes, Any]" = Memo(_MOST)
        self._of_headers: "Memo[bytes, Any]" = Memo(_MOST)
        self._of_runs: "Memo[Tuple[int, bytes], Any]" = Memo(_MOST)
        """Where they begin in a header, and their bytes -> those parts of one."""
        self._of_paddings: "Memo[bytes, Any]" = Memo(_MOST)
        self._of_pairs: "Memo[bytes, Any]" = Memo(_MOST)
        self._of_fields: "Memo[Tuple[str, Any], Any]" = Memo(_MOST)
        """Things known of requests, by their attribute and value."""
        self._known: "Memo[int, Tuple[int, Dict[str, Any], Any]]" = Memo(_MOST)
        """Number of a brief request that is not over -> how many stages are written; what
        was known by then, by itself and as one."""

    def of(self, entry: Entry, raw: bytes) -> "List[Tuple[Written, int]]":
        """Each with the offset in the record from which its places count.

        Args:
            raw: the record's own bytes.
        """
        parts = self._own(entry, entry.record, raw)
        if entry.request is not None:
            parts.append((self._request(entry.request, entry.position), 0))
        if entry.is_remarked and (notes := entry.notes):
            parts.append(
                (self._form.nodes([remark(each) for each in notes], b"", 1), 0)
            )
        return parts

    def _own(
        self, entry: Entry, record: Record, raw: bytes
    ) -> "List[Tuple[Written, int]]":
        """What its bytes say: all of them are its nodes'."""
        nodes = self._form.nodes
        pairs = record.header[1] in PAIRS and record.start < record.end
        if len(raw) <= _SHORT and not (pairs or record.missing):
            known = self._of_records.get(raw)
            if known is None:
                of_all = header_nodes(record) + content_nodes(entry)
                known = self._of_records[raw] = nodes(of_all, raw, 1)
            return [(known, 0)]
        parts = [(self._of_headers.get(record.header) or self._header(record, raw), 0)]
        whole = self._pairs(entry, record, raw) if pairs else None
        if whole is None:
            parts.append((nodes(content_nodes(entry), raw, 1), 0))
        else:
            parts += whole
        return parts

    def _header(self, record: Record, raw: bytes) -> Written:
        """Its header: in one piece for who comes with the same, of three for others."""
        header, known = record.header, self._of_runs
        made: "Sequence[Node]" = ()
        pieces = []
        for first, behind in pairwise(_RUNS):
            key = first, header[first:behind]
            piece = known.get(key)
            if piece is None:
                made = made or header_nodes(record)
                own = [node for node in made if first <= node.start < behind]
                piece = known[key] = self._form.nodes(own, raw, 1)
            pieces.append(piece)
        written = self._of_headers[header] = self._form.joined(pieces)
        return written

    def _pairs(
        self, entry: Entry, record: Record, raw: bytes
    ) -> "Optional[List[Tuple[Written, int]]]":
        """Pairs that fill their record, and the padding; None for any others."""
        if record.missing or entry.is_remarked or entry.goes_on:
            return None
        pairs = parted(record.content)
        if pairs is None:
            return None
        parts, at = [(self._form.opening(params_node(record), raw), 0)], HEADER_LENGTH
        for own in pairs:
            parts.append((self._of_pairs.get(own) or self._pair(own), at))
            at += len(own)
        parts.append((self._form.closing(), 0))
        if padding := raw[at:]:
            parts.append(
                (self._of_paddings.get(padding) or self._padding(record, padding), at)
            )
        return parts

    def _padding(self, record: Record, padding: bytes) -> Written:
        nodes = [each._replace(start=0) for each in padding_nodes(record)]
        written = self._of_paddings[padding] = self._form.nodes(nodes, padding, 1)
        return written

    def _pair(self, own: bytes) -> Written:
        (pair,), _ = decode(own)
        written = self._form.nodes(pair_lines(pair, 0, len(own)), own, 2)
        if len(own) <= _LONGEST:
            self._of_pairs[own] = written
        return written

    # What is known of its request

    def _request(self, request: Request, position: int) -> Written:
        stage = _stage(request, position)
        number = request.number
        so_far: Any = self._known.get(number) or (0, {}, None)
        stages, written, told = so_far
        if stage is not None and stages == stage + 1:
            return told  # type: ignore[no-any-return]
        known = looked_up(request, position)
        if stage is None:
            return self._told(known, self._told_by(known, KNOWN))
        if stages > stage:
            stages, written = 0, {}
        for each in _STAGES[stages : stage + 1]:
            written.update(self._told_by(known, each))
        told = self._told(known, written)
        if stage < _OVER:
            self._known[number] = stage + 1, written, told
        else:
            self._known.pop(number, None)
        return told

    def _told_by(
        self, known: Known, attributes: "Sequence[str]"
    ) -> "Dict[str, Written]":
        """Some of what is known, each by itself."""
        told = {}
        for attribute in attributes:
            value = getattr(known, attribute)
            if value is not None:
                key = attribute, value
                told[attribute] = self._of_fields.get(key) or self._field(key, known)
        return told

    def _told(self, known: Known, told: "Dict[str, Written]") -> Written:
        """All of it, in the order of the tree."""
        fields = [told[each] for each in KNOWN if each in told]
        form, key = self._form, ("", known.number)
        line = self._of_fields.get(key)
        if line is None:
            line = self._of_fields[key] = form.opening(request_line(known), b"")
        return form.joined([line, *fields, form.closing()])

    def _field(self, key: "Tuple[str, Any]", known: Known) -> Written:
        written = self._form.nodes(request_field(known, key[0]), b"", 2)
        if not isinstance(key[1], str) or len(key[1]) <= _LONGEST:
            self._of_fields[key] = written
        return written


def _stage(request: "Union[Request, Brief]", position: int) -> Optional[int]:
    """Up to which of `_STAGES` a request is known; None where that takes more to tell."""
    if not isinstance(request, Brief):
        return None
    if position < 2:
        return position
    behind, answer = position - request.question.records, request.answer
    if behind < 0 or answer is None:
        return 1
    return None if answer.stderr else 2 + (behind >= answer.records - 1)
