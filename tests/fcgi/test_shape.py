"""A chunk has a shape if it is a whole question or a whole good answer, and nothing else."""

from functools import reduce
from operator import or_
from typing import Optional

import pytest
from hypothesis import given
from hypothesis import strategies as st

from captures.make import records as make
from fcgidissect.fcgi import shape as module
from fcgidissect.fcgi.headers import sizes
from fcgidissect.fcgi.records import RecordReader
from fcgidissect.fcgi.shape import Fit, answer_in, question_in
from fcgidissect.limits import Limits

PARAMS = make.record(make.PARAMS, 1, make.pair("A", "b" * 40))
QUESTION = [make.begin(1), PARAMS, make.record(make.PARAMS, 1), make.stdin(1)]
STDOUT, EMPTY, END = make.stdout(1, b"\r\n\r\n" * 5), make.stdout(1), make.end(1)
STDERR = make.stderr(1, b"PHP Warning", 5)


def fit_of(data: bytes, start: int, end: int) -> "Optional[Fit]":
    """That of either direction: no chunk has both."""
    fits = [each(data, start, end) for each in (question_in, answer_in)]
    assert None in fits
    return fits[0] or fits[1]


@pytest.mark.parametrize(
    "chunk, shaped",
    [
        (QUESTION, True),
        ([STDOUT, END], True),
        ([STDOUT, EMPTY, END], True),
        (QUESTION[:3], False),
        ([*QUESTION, make.stdin(1)], False),
        ([make.begin(1), *QUESTION[2:]], False),
        ([make.begin(2), *QUESTION[1:]], False),
        ([*QUESTION[:3], make.stdin(2)], False),
        ([*QUESTION[:3], make.stdin(1, b"x")], False),
        ([*QUESTION[:3], make.stdin(1, b"x"), make.stdin(1)], True),
        ([*QUESTION[:3], make.stdin(1, b"x"), make.stdin(1, b"y")], False),
        ([*QUESTION[:3], make.stdin(1, b"x"), make.stdin(2)], False),
        ([*QUESTION[:3], make.stdin(2, b"x"), make.stdin(1)], False),
        ([STDOUT, make.stdout(1, b"x"), EMPTY, END], False),
        ([make.begin(1, role=9), *QUESTION[1:]], False),
        ([make.begin(1, version=0), *QUESTION[1:]], False),
        ([END], False),
        ([STDOUT], False),
        ([STDOUT, EMPTY], False),
        ([STDOUT, EMPTY, EMPTY, END], False),
        ([STDOUT, make.end(2)], False),
        ([STDOUT, make.end(1, app_status=1)], False),
        ([STDOUT, make.end(1, protocol_status=2)], False),
        ([STDOUT, END[:-1]], False),
        ([STDOUT, END, b"\1"], False),
        ([QUESTION[0][:7] + b"\1" + QUESTION[0][8:], *QUESTION[1:]], False),
        ([QUESTION[0], PARAMS[:7] + b"\1" + PARAMS[8:], *QUESTION[2:]], False),
        ([STDOUT[:7] + b"\1" + STDOUT[8:], END], False),
        ([STDERR, STDOUT, END], True),
        ([STDERR, STDOUT, EMPTY, END], True),
        ([make.stderr(1, b"x"), make.stdout(1, b"y"), END], True),
        ([STDERR, STDERR, STDOUT, END], False),
        ([STDOUT, STDERR, END], False),
        ([STDERR, END], False),
        ([STDERR, EMPTY, END], False),
        ([STDERR, STDOUT], False),
        ([STDERR, STDOUT, END[:-1]], False),
        ([STDERR, STDOUT, make.end(1, app_status=1)], False),
        ([make.stderr(1), STDOUT, END], False),
        ([make.stderr(2, b"x"), STDOUT, END], False),
        ([STDERR, make.stdout(2, b"x"), END], False),
        ([STDERR[:7] + b"\1" + STDERR[8:], STDOUT, END], False),
        ([STDERR, STDOUT[:7] + b"\1" + STDOUT[8:], END], False),
        ([b"\2" + STDERR[1:], STDOUT, END], False),
    ],
)
def test_shapes(chunk: "list[bytes]", shaped: bool) -> None:
    data = b"xx" + b"".join(chunk) + b"yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy"
    fit = fit_of(data, 2, 2 + len(b"".join(chunk)))
    assert (fit is not None) == shaped


PIECES = [
    *QUESTION,
    STDERR,
    STDOUT,
    EMPTY,
    END,
    make.stdin(1, b"x", 7),
    b"\1\6\0\1\0\5\3\0",
]


FORM = make.stdin(1, b"a=b", 5)
SHAPED = [
    QUESTION,
    [*QUESTION[:3], FORM, QUESTION[3]],
    [STDOUT, END],
    [STDOUT, EMPTY, END],
    [STDERR, STDOUT, END],
    [STDERR, STDOUT, EMPTY, END],
]


@given(
    st.sampled_from(SHAPED) | st.lists(st.sampled_from(PIECES), max_size=6), st.data()
)
def test_a_shape_tells_the_records_that_a_reader_finds(
    pieces: "list[bytes]", data: st.DataObject
) -> None:
    chunk = bytearray(b"".join(pieces))
    for _ in range(data.draw(st.integers(0, 2)) if chunk else 0):
        place = data.draw(st.integers(0, len(chunk) - 1))
        chunk[place] = data.draw(st.integers(0, 255))
    stream = bytes(chunk)
    fit = fit_of(stream, 0, len(stream))
    if fit is not None:
        found = RecordReader().feed(stream, 0, len(stream))
        shape, content, behind, padding, other, habit = fit
        places = shape.places(stream, 0)
        assert places == [record[:1] + record[2:4] for record in found]
        assert places == [shape.place(stream, 0, each) for each in range(len(shape))]
        assert len(shape) == len(found)
        own = make.PARAMS if shape.asks else make.STDOUT
        header, start, end = next(place for place in places if place[0][1] == own)
        assert (content, behind, padding) == (start, end, header[6])
        wanted = make.STDIN if shape.asks else make.STDERR
        said = b"".join(stream[at:to] for kind, at, to in places if kind[1] == wanted)
        assert other == (len(said) if shape.asks else said)
        assert shape.ends_stdout == (not shape.asks and places[-2][0][4:6] == b"\0\0")
        habits = [sizes[header].habit for header, _, _ in places]
        assert habit == reduce(or_, habits)
        headers = [header for header, _, _ in places]
        varying = shape.varying(stream, 0)
        assert varying == b"".join(
            [header for header in headers if header not in shape.headers]
        )


def test_shapes_know_no_lengths() -> None:
    streams = [make.stdout(1, b"x" * size) + make.end(1) for size in range(1, 99)]
    fits = [fit_of(stream, 0, len(stream)) for stream in streams]
    assert len({fit[0] for fit in fits if fit}) == 1


def test_shapes_are_bounded() -> None:
    for id in range(2 * Limits().memo):
        stream = make.stdout(id, b"x" * 99) + make.end(id)
        assert fit_of(stream, 0, len(stream))
    assert len(module._answers) <= Limits().memo


def test_a_body_that_is_not_there_is_none() -> None:
    """What is left of a known question with a body, without all that is the body's own."""
    known, question = [*QUESTION[:3], FORM, QUESTION[3]], QUESTION[:3]
    stream = b"".join(known)
    assert fit_of(stream, 0, len(stream))
    stream = b"".join([*question, FORM[:4], QUESTION[3]])
    assert fit_of(stream, 0, len(stream)) is None
