"""Frames on their way into the copy."""

from typing import List

from captures.make.packets import ACK, RST, Conversation, ethernet
from fcgidissect.net.frame import Source
from fcgidissect.net.step import Span
from fcgidissect.redact.copy import Copy
from fcgidissect.redact.keeper import Keeper
from fcgidissect.redact.secrets import Secrets
from fcgidissect.redact.stream import Stream, Window

TRAILER = b"left"


def kept(frame: bytes, followed: bool, settle: bytes = b"") -> bytes:
    """What the copy has of a frame, after bytes from sequence number 1001 on are settled."""
    copy, stream = Copy(), Stream(Window())
    keeper = Keeper(copy, Secrets())
    span = Span(frame, 0, len(frame), len(frame))
    segment = keeper.segment(span, 1)
    assert segment is not None
    keeper.keep(span, (0, len(frame), len(frame)), Source(1), (), followed)
    keeper.carry(stream, segment)
    stream.settle(1001, settle)
    ((data, [(_, start, size, _)], _, _),) = copy
    return data[start : start + size]


def frame_of(flags: int) -> bytes:
    talk = Conversation()
    return ethernet(talk.segment(talk.client, b"payload", flags, 1001), trailer=TRAILER)


def test_what_follows_the_headers_is_blank_until_it_is_settled() -> None:
    frame = frame_of(ACK)
    assert kept(frame, True)[:50] == frame[:50]
    assert kept(frame, True)[54:] == bytes(11)
    assert kept(frame, True, b"PAY")[54:] == b"PAY" + bytes(8)


def test_a_frame_of_others_stays_as_it_is() -> None:
    assert kept(frame_of(ACK), False) == frame_of(ACK)


def test_the_payload_of_a_reset_stays_blank() -> None:
    assert kept(frame_of(ACK | RST), True, b"PAY")[54:] == bytes(11)


def test_comments_lose_what_is_known() -> None:
    secrets: Secrets = Secrets()
    secrets.overwrite(b"s3cr3t")
    copy, frame = Copy(), frame_of(ACK)
    keeper = Keeper(copy, secrets)
    span = Span(frame, 0, len(frame), len(frame))
    keeper.segment(span, 1)
    keeper.keep(span, (0, 65, 65), Source(1), ("the s3cr3t is here", "é"), True)
    said: "List[str]" = [each for batch in copy for each in batch.comments[0]]
    assert "s3cr3t" not in said[0] and said[0].startswith("the ") and said[1] == "é"
