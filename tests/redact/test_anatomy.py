"""Frames taken apart: the segment is the corridor's, and each byte has a place."""

import pytest

from captures.make import packets as make
from captures.make.packets import Conversation
from fcgidissect.capture import open_capture
from fcgidissect.limits import Limits
from fcgidissect.net.defragment import Defragmenter
from fcgidissect.net.segment import segment_of
from fcgidissect.net.step import Span
from fcgidissect.redact.anatomy import Anatomist
from tests.corpus import Capture, captures

TRANSPORTS = [each for each in captures() if each.name.startswith("made-")]


@pytest.mark.parametrize("capture", TRANSPORTS, ids=lambda capture: str(capture.name))
def test_the_segment_is_the_one_that_the_corridor_sees(capture: Capture) -> None:
    anatomist, defragmenter = Anatomist(), Defragmenter()
    with open_capture(capture.path) as batches:
        for data, packets, source, _ in batches:
            for _, start, cap_len, length in packets:
                span = Span(data, start, start + cap_len, max(length, cap_len))
                found = anatomist.take_apart(span, source.link_type)
                wanted = segment_of(*span, source.link_type, defragmenter)
                assert found.segment == wanted
                if wanted is not None:
                    assert found.buffers[-1].cut == wanted.start
                    assert found.buffers[-1].data == wanted.data


def fragments(payload: bytes) -> "list[bytes]":
    talk = Conversation()
    return make.ipv4_fragments(talk.segment(talk.server, payload), 64)


def test_a_datagram_lies_in_the_frames_that_brought_it() -> None:
    anatomist, last = Anatomist(), None
    for packet in fragments(b"x" * 100):
        last = anatomist.take_apart(Span(packet, 0, len(packet), len(packet)), 101)
        assert last.buffers[0].cut == 20
    assert last is not None and last.segment is not None and not last.waits
    extents = last.buffers[-1].carrier.extents
    assert [(extent.start, extent.end, extent.at) for extent in extents] == [
        (0, 64, 20),
        (64, 120, 20),
    ]


def test_fragments_that_wait_are_bounded() -> None:
    anatomist = Anatomist(Limits(fragments=2))
    for identification in range(5):
        packet = bytearray(fragments(b"x" * 100)[0])
        packet[4:6] = identification.to_bytes(2, "big")
        span = Span(bytes(packet), 0, len(packet), len(packet))
        assert anatomist.take_apart(span, 101).waits
    assert len(anatomist._parts) == 2
