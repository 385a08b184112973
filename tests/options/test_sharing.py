"""The options for taking things out and giving them away."""

import pytest

from fcgidissect.options import parse
from fcgidissect.options.sharing import with_lists

REDACT = (
    (["a.pcap"], None),
    (["--redact", "a.pcap"], []),
    (["--redact=", "a.pcap"], []),
    (["--redact=patient, X-Ward,body", "a.pcap"], ["patient", "X-Ward", "body"]),
)


@pytest.mark.parametrize("words, names", REDACT)
def test_redact_takes_a_list_behind_an_equals_sign_alone(
    words: "list[str]", names: "list[str] | None"
) -> None:
    given = parse(words)
    assert (given.redact, given.words) == (names, ["a.pcap"])


def test_other_words_are_left_alone() -> None:
    assert with_lists(["--redact", "-r", "--redact=x"]) == [
        "--redact=",
        "-r",
        "--redact=x",
    ]
