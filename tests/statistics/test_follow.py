"""One request, all that it carried, in order and by side."""

from typing import List

import pytest

from fcgidissect.fcgi.known import Known
from tests.output.talk import entries_of
from tests.statistics.told import path, said, tables


def test_ascii() -> None:
    status, out, _ = said(
        path("nginx-stderr"), "-p", "9000", "-q", "-z", "follow,fcgi,ascii,2"
    )
    lines = out.splitlines()
    assert status == 0
    assert lines[0] == lines[-1] == "=" * 67
    assert lines[1:3] == ["Follow: fcgi,ascii", "Filter: fcgi.request.number == 2"]
    assert lines[4] == "Node 1: 127.0.0.1:9000"
    assert "SCRIPT_FILENAME=/srv/www/fatal.php" in lines
    assert "\tStack trace:" in lines and "\tStatus: 500 Internal Server Error" in lines
    order = [
        line.strip() for line in lines if line.strip() in ("PARAMS", "STDERR", "STDOUT")
    ]
    assert order == ["PARAMS", "STDERR", "STDOUT"]


@pytest.mark.parametrize("name, number", [("nginx-large", 1), ("nginx-upload", 0)])
def test_raw_is_every_byte(name: str, number: int) -> None:
    told = tables(name, f"follow,fcgi,raw,{number}")
    wanted: "List[bytes]" = [b"", b""]
    for entry in entries_of(path(name), [9000]):
        if entry.request is not None and entry.request.number == number:
            kind = entry.record.header[1]
            if kind in (4, 5):
                wanted[0] += entry.record.content
            elif kind in (6, 7):
                wanted[1] += entry.record.content
    for node in (0, 1):
        data = "".join(row["data"] for row in told if row["node"] == node)
        assert bytes.fromhex(data) == wanted[node]


def test_hex_is_a_dump() -> None:
    told = tables("nginx-stderr", "follow,fcgi,hex,2")
    assert told[-1]["data"].startswith("0000  53 74 61 74 75 73 3a 20")


def test_params_split_over_records_are_whole() -> None:
    first, *others = tables("cgi-fcgi-split-pair", "follow,fcgi,ascii,0")
    entries = entries_of(path("cgi-fcgi-split-pair"), [9000])
    request = entries[0].request
    assert request is not None
    text = first["data"] + "".join(each["data"] for each in others)
    assert text.splitlines() == [
        f"{name}={value}" for name, value in Known(request).pairs
    ]


def test_nothing_acts_on_the_terminal() -> None:
    """A param's line break and escape character stay within its line."""
    told = tables("odd-pairs", "follow,fcgi,ascii,0", port="8000")
    text = "".join(each["data"] for each in told)
    assert all(character.isprintable() or character == "\n" for character in text)


def test_what_is_not_there() -> None:
    words = ("-p", "9000", "-q", "-z", "follow,fcgi,ascii,99")
    assert said(path("nginx-stderr"), *words)[1] == "no request has the number 99\n"
    for bad in ("follow,fcgi,ascii,x", "follow,fcgi,ebcdic,1"):
        status, _, err = said(path("nginx-stderr"), "-q", "-z", bad)
        assert status == 2 and "follow,fcgi,MODE,N" in err
