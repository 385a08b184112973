"""Statistics in one pass: stages only for who wants them, filters for each kind of row."""

import pytest

from fcgidissect.errors import FilterError
from fcgidissect.statistics import asked
from fcgidissect.statistics.render import renderer
from fcgidissect.statistics.run import Statistics


def stages(*words: str, expression: "str | None" = None) -> "set[str]":
    made = Statistics(
        [each for text in words for each in asked(text)],
        expression,
        renderer("text", None),
    )
    return set(made.stages)


@pytest.mark.parametrize(
    "words, wanted",
    [
        (("conv,tcp",), set()),
        (("io,stat,1,fcgi.id == 1",), {"record"}),
        (("fcgi,srt",), {"request"}),
        (("fcgi,tree", "conv,tcp"), {"record", "request"}),
        (("expert",), {"record", "request", "connection"}),
    ],
)
def test_stages(words: "tuple[str, ...]", wanted: "set[str]") -> None:
    assert stages(*words) == wanted


def test_a_filter_must_suit_the_rows() -> None:
    """fcgi.connection's fields are those of connections alone."""
    with pytest.raises(FilterError):
        stages("fcgi,srt", expression="fcgi.connection.kept")
