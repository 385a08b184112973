"""What scapy tells of a file's header, and that it does so quietly."""

import io
import logging

import pytest

from captures.make.files import NANOSECONDS, RAW_IP, pcap, section
from fcgidissect.capture.scapy_reader import quiet, raw_reader
from fcgidissect.capture.stream import Stream


@pytest.mark.parametrize("order", "<>")
@pytest.mark.parametrize("magic, nano", [(0xA1B2C3D4, False), (NANOSECONDS, True)])
def test_pcap(order, magic, nano):
    head = pcap([], order, magic, snaplen=96, link_type=RAW_IP)
    stream = Stream(io.BytesIO(head + b"behind"))
    reader = raw_reader(stream)
    told = (reader.endian, reader.nano, reader.snaplen, reader.linktype)
    assert told == (order, nano, 96, RAW_IP)
    assert stream.read(9) == b"behind"


@pytest.mark.parametrize("order", "<>")
def test_pcapng(order):
    stream = Stream(io.BytesIO(section(order, [(1, b"comment")]) + b"behind"))
    reader = raw_reader(stream)
    assert reader.endian == order
    assert stream.read(9) == b"behind"


@pytest.mark.parametrize(
    "data", [b"", b"a", b"text is none", pcap([])[:9], section()[:27]]
)
def test_neither(data):
    assert raw_reader(Stream(io.BytesIO(data))) is None


def test_quiet():
    """Its loggers are as they were afterwards, whatever happens."""
    logger = logging.getLogger("scapy")
    before = logger.level
    with pytest.raises(KeyError), quiet():
        assert not logging.getLogger("scapy.runtime").isEnabledFor(logging.CRITICAL)
        raise KeyError
    assert logger.level == before
