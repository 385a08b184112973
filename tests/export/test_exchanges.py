"""Requests with the files of their bodies."""

import gzip
from hashlib import sha256
from os import listdir
from pathlib import Path

from fcgidissect.dissect import Dissector
from fcgidissect.export.exchanges import Exchanges
from fcgidissect.reading import Reading
from fcgidissect.rows import over_of
from tests.corpus import CAPTURES
from tests.export.talk import answered, asked, exchanges, pcap

GZIP = b"Content-Encoding: gzip\r\n\r\n" + gzip.compress(b"page " * 1000)


def test_bodies_are_kept_as_sent_and_decoded(tmp_path: Path) -> None:
    packed = gzip.compress(b"posted " * 5000)
    request = asked({"HTTP_CONTENT_ENCODING": "gzip"}, packed)
    (found,) = exchanges(pcap(tmp_path / "a.pcap", request, answered(GZIP)))
    assert found.sent.read() == packed
    assert found.asked.read() == b"posted " * 5000
    assert found.answered.read() == b"page " * 1000
    assert found.answered.sha256 == sha256(b"page " * 1000).hexdigest()
    assert (found.answered.size, found.answered.fault) == (5000, "")
    assert found.answered.codings == ("gzip",) and found.asked.read(3) == b"pos"


def test_what_is_cut_is_said(tmp_path: Path) -> None:
    (found,) = exchanges(pcap(tmp_path / "a.pcap", asked({}), answered(GZIP)[:60]))
    assert found.answered.fault and not found.asked.size


def test_a_filter_passes_requests(tmp_path: Path) -> None:
    turns = asked({}), answered(), asked({"REQUEST_METHOD": "PUT"}, b"x"), answered()
    path = pcap(tmp_path / "a.pcap", *turns)
    methods = [each.row.known.method for each in exchanges(path)]
    assert methods == ["GET", "PUT"]
    passing = exchanges(
        path, filter="fcgi.request.method == PUT and fcgi.type == STDIN"
    )
    assert [each.row.known.method for each in passing] == ["PUT"]


def test_files_that_nobody_takes_are_gone_at_once(tmp_path: Path) -> None:
    stage = Exchanges(None, folder=str(tmp_path))
    dissector = Dissector({9000}, over=over_of([stage.rows]))
    (folder,) = listdir(tmp_path)
    sizes = []
    for batch in Reading([str(CAPTURES / "nginx-keepalive.pcap.gz")]):
        for exchange in stage.feed(dissector.feed(batch)):
            sizes.append((exchange.answered.size, len(exchange.answered.read())))
    assert len(sizes) == 8 and all(size == read for size, read in sizes)
    assert listdir(tmp_path / folder) == []
    stage.close()
    assert listdir(tmp_path) == []
