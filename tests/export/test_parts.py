"""Multipart bodies taken apart."""

import io
from typing import List, Tuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fcgidissect.export import parts
from fcgidissect.export.parts import Malformed, Part, boundary, pieces

HEAD = b'Content-Disposition: form-data; name="a"\r\n'


def taken(body: bytes, limit: bytes = b"B") -> "List[Tuple[Part, bytes, bool]]":
    """Part, content, whether it is whole."""
    found: "List[Tuple[Part, bytes, bool]]" = []
    for piece in pieces(io.BytesIO(body), limit):
        if piece.first:
            found.append((piece.part, b"", False))
        part, data, _ = found.pop()
        found.append((part, data + piece.data, piece.whole))
    return found


A = Part("a", None, "")


def test_parts_have_names_types_and_contents() -> None:
    body = (
        b"--B\r\n" + HEAD + b"\r\none\r\n--B\r\n"
        b"content-type: text/plain \r\nContent-Disposition: form-data;"
        b' filename="x;y.txt"; name=file\r\n\r\n\r\n--B\r\n\r\n--A\r\n--B--\r\n'
    )
    assert taken(body) == [
        (A, b"one", True),
        (Part("file", "x;y.txt", "text/plain"), b"", True),
        (Part("", None, ""), b"--A", True),
    ]


def test_what_stands_before_and_behind_the_parts_is_left() -> None:
    assert taken(b"hello\r\n--B\r\n" + HEAD + b"\r\n1\r\n--B--\r\nbye") == [
        (A, b"1", True)
    ]
    assert taken(b"nothing at all") == [] == taken(b"")


def test_a_part_that_is_cut_is_not_whole() -> None:
    assert taken(b"--B\r\n" + HEAD + b"\r\nhalf") == [(A, b"half", False)]


def test_a_part_without_an_end_of_its_header_is_malformed() -> None:
    for body in (b"--B\r\nx: y", b"--B\r\n" + b"x: y\r\n" * 10_000 + b"\r\n"):
        with pytest.raises(Malformed):
            taken(body)


def test_endless_parts_are_malformed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "_MOST_PARTS", 3)
    with pytest.raises(Malformed):
        taken((b"--B\r\n\r\n\r\n") * 9)


@settings(deadline=None)
@given(st.lists(st.binary(max_size=60), min_size=1), st.integers(1, 40))
def test_contents_come_back_whatever_the_blocks(
    contents: "List[bytes]", block: int
) -> None:
    body = b"--B0B\r\n" + b"\r\n--B0B\r\n".join(HEAD + b"\r\n" + c for c in contents)
    before, parts._BLOCK = parts._BLOCK, block
    try:
        found = taken(body + b"\r\n--B0B--\r\n", b"B0B")
    finally:
        parts._BLOCK = before
    if not any(b"\r\n--B0B" in b"\r\n" + content for content in contents):
        assert [content for _, content, _ in found] == contents


MEDIA = (
    ("multipart/form-data; boundary=abc", b"abc"),
    ('Multipart/Mixed; x=y; Boundary="a b"; z', b"a b"),
    ("multipart/form-data", None),
    ("text/plain; boundary=abc", None),
    ("", None),
)


@pytest.mark.parametrize("media, wanted", MEDIA)
def test_a_media_type_names_its_boundary(media: str, wanted: bytes) -> None:
    assert boundary(media) == wanted
