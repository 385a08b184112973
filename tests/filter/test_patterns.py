"""Regular expressions in PCRE's syntax."""

import pytest

from fcgidissect.filter.patterns import pattern

FOUND = [
    ("abc", "xABCx"),
    ("", ""),
    ("^a.c$", "abc"),
    ("(?-i)abc", "abc"),
    ("(?i)ABC", "abc"),
    ("(?s)a.c", "a\nc"),
    ("(?x) a b c ", "abc"),
    ("(?<name>a)\\1", "aa"),
    ("[[:alpha:]]+[[:digit:]]", "abc1"),
    ("[[:upper:]]", "a"),
    ("a\\z", "ba"),
    ("a\\Z", "ba\n"),
    ("\\Aa", "ab"),
    ("a\\Qb.c\\Ed", "ab.cd"),
    ("a\\Q*", "a*"),
    ("\\x41\\t", "a\t"),
    ("a\\hb", "a b"),
    ("a\\Rb", "a\r\nb"),
    ("a\\Nb", "axb"),
    ("\\e", "\x1b"),
    ("(?=b)b(?!c)", "bd"),
    ("(?<=a)b(?:c|d)?", "ab"),
    ("[*+]", "+"),
    ("[[]", "["),
]
NOT_FOUND = [
    ("(?-i)abc", "ABC"),
    ("^$", "x"),
    ("a.c", "a\nc"),
    ("a\\z", "a\n"),
    ("\\w", "\u00e9"),
    ("a\\Nb", "a\nb"),
]
WRONG = [
    ("(", "The regular expression does not compile: "),
    ("*", "The regular expression does not compile: "),
    ("a{2,1}", "The regular expression does not compile: "),
    ("\\", "The regular expression does not compile: "),
    ("a(?i)b", "Options such as (?i) stand at the beginning of a pattern."),
    ("\\Kx", "Regular expressions here have no \\K."),
    ("\\pL", "Regular expressions here have no \\p."),
    ("[[:foo:]]", "Regular expressions here have no class [:foo:]."),
]


@pytest.mark.parametrize("text, value", FOUND)
def test_found(text: str, value: str) -> None:
    assert pattern(text, False)(value)
    assert pattern(text, True)(value.encode())


@pytest.mark.parametrize("text, value", NOT_FOUND)
def test_not_found(text: str, value: str) -> None:
    assert not pattern(text, False)(value)
    assert not pattern(text, True)(value.encode())


@pytest.mark.parametrize("text, message", WRONG)
def test_wrong(text: str, message: str) -> None:
    with pytest.raises(ValueError) as wrong:
        pattern(text, False)
    assert str(wrong.value).startswith(message)


def test_bytes_that_are_no_text() -> None:
    assert pattern("\udcff", True)(b"a\xffb")
    assert pattern("\udcff", False)("a\udcffb")
