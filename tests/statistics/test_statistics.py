"""The words behind -z."""

import json

import pytest

from fcgidissect.errors import UsageError
from fcgidissect.statistics import asked, usage
from tests.corpus import Capture, captures
from tests.statistics.told import path, said


@pytest.mark.parametrize(
    "text, expression",
    [
        ("fcgi,srt", None),
        ("fcgi,srt,fcgi.type in {1, 2}", "fcgi.type in {1, 2}"),
        ("io,stat,1", None),
        ("io,stat,1,fcgi.id in {1, 2}", "fcgi.id in {1, 2}"),
        ("conv,tcp", None),
    ],
)
def test_the_filter_takes_all_the_rest(text: str, expression: "str | None") -> None:
    (only,) = asked(text)
    assert only.filter == expression


def test_several_filters_of_io_stat() -> None:
    """A comma in brackets or quotes is the filter's own."""
    text = 'io,stat,1,fcgi.type in {1, 3},,fcgi.stderr == "a, b",len(fcgi.nv_name) > 2'
    assert [each.filter for each in asked(text)] == [
        "fcgi.type in {1, 3}",
        None,
        'fcgi.stderr == "a, b"',
        "len(fcgi.nv_name) > 2",
    ]


@pytest.mark.parametrize(
    "text, part",
    [
        ("nonsense", "there is no such statistic, but fcgi,srt[,FILTER]; "),
        ("fcgi,srtx", "there is no such statistic"),
        ("io,stat", "INTERVAL is missing: -z io,stat,INTERVAL[,FILTER]"),
        ("follow,fcgi,ascii", "N is missing: -z follow,fcgi,MODE,N"),
        ("conv,tcp,more", "'more' is too much: -z conv,tcp"),
    ],
)
def test_words_that_cannot_be(text: str, part: str) -> None:
    with pytest.raises(UsageError) as caught:
        asked(text)
    assert part in str(caught.value)


def test_help_names_all() -> None:
    assert [words for words, _ in usage()][:2] == [
        "fcgi,srt[,FILTER]",
        "fcgi,tree[,FILTER]",
    ]


def test_a_filter_of_its_own_that_is_wrong() -> None:
    status, out, err = said(path("nginx-pool"), "-q", "-z", "fcgi,srt,fcgi.typo == 1")
    assert (status, out) == (2, "") and "fcgi.typo" in err and "^^^^" in err


def test_several_at_once() -> None:
    words = ("-z", "fcgi,tree", "-z", "expert", "-z", "conv,tcp")
    status, out, _ = said(path("nginx-killed"), "-p", "9000", "-q", *words)
    titles = ["FastCGI records and requests", "Expert information", "TCP conversations"]
    assert (
        status == 0 and [line for line in out.splitlines() if line in titles] == titles
    )


ALL = [
    *("fcgi,srt", "fcgi,tree", "fcgi,slow", "fcgi,inflight", "io,stat,0.1"),
    *("io,stat,1,fcgi.type == 6", "conv,tcp", "endpoints,tcp", "expert"),
    *("follow,fcgi,ascii,0", "follow,fcgi,hex,1"),
]


@pytest.mark.parametrize("each", captures(), ids=lambda each: each.name)
@pytest.mark.parametrize("format", ["text", "csv", "json"])
def test_every_statistic_of_every_capture(each: Capture, format: str) -> None:
    words = [word for text in ALL for word in ("-z", text)]
    ports = each.ports.replace(" ", "")
    status, out, err = said(each.path, "-p", ports, "-q", "-T", format, *words)
    assert status in (0, 1) and "bug of ours" not in err
    if format == "json":
        json.loads(out)
