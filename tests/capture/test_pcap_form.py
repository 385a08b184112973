"""The variants of pcap: what was written is what is read, by us and by tshark."""

import subprocess

import pytest

from captures.make.files import (
    IXIA_HARDWARE,
    IXIA_SOFTWARE,
    KUZNETZOV,
    MICROSECONDS,
    NANOSECONDS,
    pcap,
)
from tests.capture.reading import PACKETS, outline, read, rounded, tshark_packets
from tests.tshark import needs_tshark

MAGICS = (MICROSECONDS, NANOSECONDS, KUZNETZOV, IXIA_HARDWARE, IXIA_SOFTWARE)

FORMS = {
    "usual": {},
    "version 2.0": {"version": (2, 0), "swapped": True},
    "version 2.2": {"version": (2, 2), "swapped": True},
    "version 2.3": {"version": (2, 3)},
    "version 2.3 swapped": {"version": (2, 3), "swapped": True},
    "DG/UX": {"version": (543, 0), "swapped": True},
    "Red Hat 6.1": {"extra": 8},
    "Nokia": {"extra": 4},
    "SuSE 6.3": {"magic": KUZNETZOV, "extra": 12},
    "no snaplen": {"snaplen": 0},
    "endless snaplen": {"snaplen": 0xFFFFFFFF},
    "snaplen below the packets": {"snaplen": 20},
    "frame check sequence": {"link_type": 1 | 1 << 26 | 2 << 28},
}


def check(path, wanted):
    found = read(path)
    assert found.damage is None
    assert found.packets == wanted
    assert {source.link_type for source in found.sources} == {1}


@pytest.fixture(
    params=[(m, o) for m in MAGICS for o in "<>"], ids=lambda p: f"{p[0]:x}{p[1]}"
)
def magic(request, tmp_path):
    number, order = request.param
    path = tmp_path / "made.pcap"
    path.write_bytes(pcap(PACKETS, order, number))
    return path, 10**9 if number == NANOSECONDS else 10**6


def test_magic(magic):
    path, units = magic
    check(path, rounded(PACKETS, units))
    assert {source.digits for source in read(path).sources} == {len(str(units)) - 1}


@needs_tshark
def test_magic_as_tshark_reads_it(magic):
    path, units = magic
    assert tshark_packets(path) == outline(rounded(PACKETS, units))


@pytest.fixture(params=[(f, o) for f in FORMS for o in "<>"], ids=lambda p: p[0] + p[1])
def form(request, tmp_path):
    name, order = request.param
    path = tmp_path / "made.pcap"
    path.write_bytes(pcap(PACKETS, order, **FORMS[name]))
    return path


def test_form(form):
    check(form, rounded(PACKETS))


@needs_tshark
@pytest.mark.parametrize("name", FORMS)
def test_form_as_tshark_reads_it(name, tmp_path):
    path = tmp_path / "made.pcap"
    path.write_bytes(pcap(PACKETS, **FORMS[name]))
    assert tshark_packets(path) == outline(rounded(PACKETS))


@needs_tshark
@pytest.mark.parametrize(
    "kind", ["modpcap", "rh6_1pcap", "suse6_3pcap", "nokiapcap", "nsecpcap"]
)
def test_as_editcap_writes_it(kind, tmp_path):
    usual, made = tmp_path / "usual.pcap", tmp_path / "made.pcap"
    usual.write_bytes(pcap(PACKETS))
    subprocess.run(
        ["editcap", "-F", kind, usual, made], check=True, capture_output=True
    )
    check(made, rounded(PACKETS))


def test_one_packet_tells_no_variant(tmp_path):
    path = tmp_path / "made.pcap"
    path.write_bytes(pcap(PACKETS[:1]) + b"\xff" * 40)
    found = read(path)
    assert found.packets == rounded(PACKETS[:1])
    assert found.damage == "packet 2 claims 4294967295 bytes: no more is readable"
