"""Stand-ins, and secrets found in texts."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fcgidissect.limits import Limits
from fcgidissect.redact.secrets import LEAST, Secrets

WORD = b"p@ss wo/rd"


def knowing(*words: bytes) -> Secrets:
    secrets = Secrets()
    for word in words:
        secrets.overwrite(word)
    return secrets


@settings(deadline=None)
@given(st.binary(min_size=1, max_size=300))
def test_a_stand_in_is_as_long_and_always_the_same(word: bytes) -> None:
    secrets = Secrets()
    assert len(secrets.stand_in(word)) == len(word)
    assert secrets.stand_in(word) == secrets.overwrite(word)


def test_a_stand_in_tells_secrets_apart_and_runs_too() -> None:
    one, other = Secrets(), Secrets()
    assert one.stand_in(b"first-secret") != one.stand_in(b"other-secret")
    assert one.stand_in(b"first-secret") != other.stand_in(b"first-secret")


def test_digits_stay_digits() -> None:
    assert knowing().stand_in(b"123456789").isdigit()
    assert len(knowing().stand_in(b"9" * 40)) == 40


FORMS = (
    WORD,
    b"p%40ss%20wo%2Frd",
    b"p%40ss+wo%2Frd",
    b"".join(b"%%%02x" % byte for byte in WORD),
    b"cEBzcyB3by9yZA==",
    WORD.hex().encode(),
    WORD.hex().upper().encode(),
)


@pytest.mark.parametrize("form", FORMS)
def test_a_known_secret_is_found_in_all_its_forms(form: bytes) -> None:
    text = b"it says: " + form + b", twice: " + form
    cleared = knowing(WORD).clear(text)
    assert form.rstrip(b"=") not in cleared
    assert len(cleared) == len(text) and cleared.startswith(b"it says: ")


def test_what_was_learnt_percent_encoded_is_found_in_clear() -> None:
    assert WORD not in knowing(b"p%40ss+wo%2Frd").clear(b"<b>" + WORD + b"</b>")


def test_a_secret_may_begin_behind_an_escape() -> None:
    for text in (
        b"next%3Ds3cr3t",
        b"next%25253ds3cr3t",
        b'"a\\ns3cr3t"',
        b"\\u003ds3cr3t",
    ):
        assert b"s3cr3t" not in knowing(b"s3cr3t").clear(text)
        settled, held = knowing(b"s3cr3t").search(text[:-3], last=False)
        assert b"s3c" not in settled and settled + held == text[:-3]


def test_html_and_the_arguments_in_a_stack_trace_are_forms_too() -> None:
    secrets = knowing(b"a<b>&c-secret", b"a-very-long-secret-indeed")
    assert b"a&lt;b&gt;" not in secrets.clear(b"value='a&lt;b&gt;&amp;c-secret'")
    assert b"a-very" not in secrets.clear(b"#0 login('a-very-long-sec...')")


def test_the_longest_of_two_that_begin_alike_is_taken() -> None:
    secrets = knowing(b"secret", b"secret-longer")
    assert secrets.clear(b"=secret-longer;")[1:-1] == secrets.stand_in(b"secret-longer")


def test_short_secrets_are_not_looked_for() -> None:
    assert knowing(b"a" * (LEAST - 1)).clear(b"aaaaa aaaaa") == b"aaaaa aaaaa"
    assert Secrets().count == 0 and knowing(b"abcdef").count == 1


def test_a_secret_is_not_learnt_where_it_is_told_so() -> None:
    secrets = Secrets()
    assert secrets.overwrite(b"english", learn=False) != b"english"
    assert secrets.clear(b"english") == b"english"


@settings(deadline=None)
@given(st.lists(st.integers(1, 40)), st.booleans())
def test_a_text_in_pieces_is_cleared_as_the_whole(
    sizes: "list[int]", end: bool
) -> None:
    secrets = knowing(b"s3cr3t", b"$an-other one", WORD)
    text = b"x s3cr3t, p@ss wo/rd$an-other one; s3cr3; s3cr3t" + b"." * end
    settled, held, rest = b"", b"", text
    for size in sizes:
        part, held = secrets.search(held + rest[:size], last=False)
        settled, rest = settled + part, rest[size:]
    settled += secrets.clear(held + rest)
    assert len(settled) == len(text)
    assert b"s3cr3t" not in settled and WORD not in settled
    assert b"other one" not in settled
    assert settled.startswith(b"x ") and b"; s3cr3; " in settled


def test_secrets_that_find_no_room_are_counted() -> None:
    secrets = Secrets(Limits(secret_bytes=3000))
    for number in range(10):
        secrets.overwrite(b"secret%04d" % number)
    assert secrets.count + secrets.unlearned == 10 and 0 < secrets.count < 10
    assert secrets.clear(b"secret0009") == b"secret0009"
