"""What is written above a record, from a template: that of the tree, whatever the frame."""

from typing import Iterator, Tuple

import pytest
from hypothesis import given
from hypothesis import strategies as some

from fcgidissect.entry import Entry
from fcgidissect.fcgi.record import Record
from fcgidissect.net.flow import Flow
from fcgidissect.net.frame import Frame
from fcgidissect.output import Settings
from fcgidissect.output.ek import Bulk
from fcgidissect.output.frame_text import FrameText
from fcgidissect.output.node_lines import of_section, of_sections
from fcgidissect.output.pdml import Pdml
from fcgidissect.output.styles import PLAIN, Styles
from fcgidissect.output.telling import AS_IT_IS, Write
from fcgidissect.registry import Registry
from fcgidissect.tree import Only, above
from tests.corpus import Capture, captures
from tests.output.talk import entries_of

ODD = Styles({"title": "%s<"}, {"title": ">%%"})


WRITES = {
    "lines": of_sections(PLAIN),
    "odd lines": of_sections(ODD),
    "pdml": Pdml(Settings(Registry())).protocols,
    "ek": Bulk(Settings(Registry())).protocols,
}


def wanted(frame: Frame, flow: Flow, only: Only, write: Write) -> str:
    entry = Entry(frame, flow, Record(b"", b"", 0, 0), None, 0)
    return write(above(entry, only), AS_IT_IS)


ONLY = [frozenset({"fcgi"}), frozenset({"tcp", "eth"})]
WAYS = [(None, name) for name in WRITES] + [(only, "odd lines") for only in ONLY]


@pytest.mark.parametrize("only, name", WAYS)
@pytest.mark.parametrize("capture", captures(), ids=lambda capture: capture.name)
def test_captures(capture: Capture, only: Only, name: str) -> None:
    write = WRITES[name]
    frames = FrameText(only, write)
    for row in entries_of(capture.path, capture.port_numbers)[:200]:
        text = frames.of(row.frame, row.flow).decode()
        assert text == wanted(row.frame, row.flow, only, write)


def test_the_lines_are_those_that_the_tree_has() -> None:
    frame, flow = PLAIN_ONES[0]
    sections = above(Entry(frame, flow, Record(b"", b"", 0, 0), None, 0))
    lines = "".join([of_section(each, PLAIN) for each in sections])
    assert FrameText(None, of_sections(PLAIN)).of(frame, flow).decode() == lines


def plain() -> "Iterator[Tuple[Frame, Flow]]":
    for capture in captures():
        for row in entries_of(capture.path, capture.port_numbers)[:5]:
            if row.frame.source.link_type == 1:
                yield row.frame, row.flow


PLAIN_ONES = list(plain())
TIMES = some.integers(-(10**10), 2 * 10**18)


@given(some.data(), some.sampled_from(sorted(WRITES)))
def test_any_frame(data: some.DataObject, name: str) -> None:
    frame, flow = data.draw(some.sampled_from(PLAIN_ONES))
    content = bytearray(frame.bytes)
    for place in data.draw(some.lists(some.integers(0, 60), max_size=3)):
        if place < len(content):
            content[place] = data.draw(some.integers(0, 255))
    cut = data.draw(some.integers(0, len(content)) | some.just(len(content)))
    changed = frame._replace(
        data=bytes(content),
        start=0,
        cap_len=cut,
        len=data.draw(some.just(frame.len) | some.integers(cut, 1 << 17)),
        number=data.draw(some.integers(1, 1 << 40)),
        time_epoch=data.draw(TIMES),
        time_relative=data.draw(TIMES),
        time_delta=data.draw(TIMES),
        comments=data.draw(some.just(()) | some.just(("100 %d",))),
        analysis=data.draw(some.just(0) | some.integers(0, 7)),
    )
    frames = FrameText(None, WRITES[name])
    for each in (frame, changed, frame):
        text = frames.of(each, flow).decode()
        assert text == wanted(each, flow, None, WRITES[name])


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
def test_an_interface_of_any_name(write: Write) -> None:
    frame, flow = PLAIN_ONES[0]
    named = frame._replace(source=frame.source._replace(interface_name="%(number)d %"))
    frames = FrameText(None, write)
    for each in (frame, named, frame):
        assert frames.of(each, flow).decode() == wanted(each, flow, None, write)
