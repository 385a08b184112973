"""Strings and characters with escapes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fcgidissect.filter.escapes import bytes_of, character, quoted, text_of, written

STRINGS = [
    ('""', ""),
    ('"a b"', "a b"),
    (r'"\a\b\f\n\r\t\v\\\'\""', "\a\b\f\n\r\t\v\\'\""),
    (r'"\101\7\x41\xA"', "A\x07A\n"),
    (r'"\u00e9\U0001F600\u0024"', "\u00e9\U0001f600$"),
    (r'"\xc3\xa9"', "\u00e9"),
    (r'"\xff\377"', "\udcff\udcff"),
    (r'"\0"', "\0"),
    (r'r"\d\"\n"', r"\d\"\n"),
    (r'R"\d"', r"\d"),
    ('"\u00e9"', "\u00e9"),
]
CHARACTERS = [
    ("'a'", 97),
    (r"'\n'", 10),
    (r"'\''", 39),
    (r"'\x00'", 0),
    (r"'\377'", 255),
]
WRONG = [
    (r'"\d"', r'\d is no escape of a string: write "\\d" or r"\d".'),
    (r'"\xg"', r'\x is no escape of a string: write "\\x" or r"\x".'),
    (r'"\400"', r"\400 is larger than 255."),
    (r'"\u00"', r"\u00 needs 4 hexadecimal digits."),
    (r'"\U0001F60"', r"\U0001F60 needs 8 hexadecimal digits."),
    (r'"\u0041"', r"\u0041 is no universal character name."),
    (r'"\ud800"', r"\ud800 is no universal character name."),
    (r'"\U00110000"', r"\U00110000 is no universal character name."),
]


@pytest.mark.parametrize("lexeme, text", STRINGS)
def test_quoted(lexeme: str, text: str) -> None:
    assert quoted(lexeme) == text


@pytest.mark.parametrize("lexeme, code", CHARACTERS)
def test_character(lexeme: str, code: int) -> None:
    assert character(lexeme) == code


@pytest.mark.parametrize("lexeme, message", WRONG)
def test_wrong_strings(lexeme: str, message: str) -> None:
    with pytest.raises(ValueError) as wrong:
        quoted(lexeme)
    assert str(wrong.value) == message


@pytest.mark.parametrize(
    "lexeme", ["''", "'ab'", r"'\x414'", r"'\400'", r"'\q'", "'\u00e9'"]
)
def test_wrong_characters(lexeme: str) -> None:
    with pytest.raises(ValueError):
        character(lexeme)


@given(st.binary())
def test_all_bytes_are_written_and_read_back(data: bytes) -> None:
    text = text_of(data)
    assert quoted(written(text)) == text
    assert bytes_of(text) == data
    assert written(text).isprintable()
