"""One request, all that it carried, in order and by side."""

import gzip
from pathlib import Path
from typing import List

import pytest

from captures.make import records
from fcgidissect.fcgi.known import Known
from tests.output.talk import ANSWERS, ASKS, capture, entries_of
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


@pytest.mark.parametrize("number", range(9))
def test_a_coded_body_is_decoded(number: int) -> None:
    """All of them are the same page; `coding` in the URI says how each was sent."""
    plain = tables("nginx-coded", "follow,fcgi,ascii,0")
    told = tables("nginx-coded", f"follow,fcgi,ascii,{number}")
    uri = next(row["data"] for row in told if row["type"] == "FCGI_PARAMS")
    codings = {row["coding"] for row in told} - {None}
    wanted = uri.partition("coding=")[2].partition("\n")[0].replace("bare", "deflate")
    assert codings == ({wanted.replace(",", ", ")} if wanted else set())
    page = "".join([row["data"] for row in plain if row["type"] == "FCGI_STDOUT"])
    body = "".join([row["data"] for row in told if row["coding"]]) or page
    assert page.endswith(body) and len(body) > 18_000


def test_an_upload_is_decoded() -> None:
    told = tables("nginx-coded", "follow,fcgi,ascii,9")
    (stdin,) = [row for row in told if row["type"] == "FCGI_STDIN"]
    assert (stdin["node"], stdin["coding"], len(stdin["data"])) == (0, "gzip", 18_768)


def followed(tmp_path: Path, *stdout: bytes) -> str:
    """What is told of a response in these records."""
    answer = b"".join([records.stdout(1, part) for part in stdout]) + records.end(1)
    asks = records.request(1, {"REQUEST_METHOD": "GET"})
    path = tmp_path / "made.pcap"
    path.write_bytes(capture([(ASKS, asks), (ANSWERS, answer)]))
    return said(str(path), "-q", "-z", "follow,fcgi,ascii,0")[1]


def test_what_cannot_be_decoded_is_said(tmp_path: Path) -> None:
    packed = b"Content-Encoding: gzip\n\n" + gzip.compress(b"the page")
    assert "\tthe page\n" in followed(tmp_path, packed)
    cut = followed(tmp_path, packed[:-3])
    assert "[the gzip coding of it is cut short]" in cut
    other = followed(tmp_path, b"Content-Encoding: gzip\n\n<html>")
    assert "\t<html>\n" in other and "[gzip cannot be undone: " in other


def test_a_character_split_over_records(tmp_path: Path) -> None:
    told = followed(tmp_path, b"A: b\n\n59,85 \xe2\x82", b"\xac, \xe2", b"!", b"\xe2")
    assert "\t59,85 \n" in told and "\t\u20ac, \n" in told
    assert told.count("\\xe2") == 2


def test_what_is_not_there() -> None:
    words = ("-p", "9000", "-q", "-z", "follow,fcgi,ascii,99")
    assert said(path("nginx-stderr"), *words)[1] == "no request has the number 99\n"
    for bad in ("follow,fcgi,ascii,x", "follow,fcgi,ebcdic,1"):
        status, _, err = said(path("nginx-stderr"), "-q", "-z", bad)
        assert status == 2 and "follow,fcgi,MODE,N" in err
