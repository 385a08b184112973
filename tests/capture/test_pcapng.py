"""pcapng files block by block: what was written is what is read, by us and by tshark."""

import pytest

from captures.make.files import (
    ETHERNET,
    LINUX_SLL2,
    RAW_IP,
    block,
    custom,
    enhanced,
    interface,
    name_resolution,
    obsolete,
    section,
    simple,
)
from fcgidissect.errors import CaptureError
from tests.capture.reading import (
    PACKETS,
    outline,
    read,
    rounded,
    tshark_packets,
)
from tests.tshark import needs_tshark

COMMENT, FLAGS = 1, 2
ONE, TWO, CUT, FOUR = PACKETS


def made(tmp_path, *blocks):
    path = tmp_path / "made.pcapng"
    path.write_bytes(b"".join(blocks))
    return path


def plain(order="<", packets=PACKETS):
    """A section with one interface and its packets."""
    blocks = [section(order), interface(order=order)]
    return b"".join(blocks + [enhanced(packet, order=order) for packet in packets])


def between(order):
    """Blocks that hold no packets, before, between and behind some that do."""
    others = [
        name_resolution(order),
        block(5, bytes(12), order),  # interface statistics of interface 0
        block(0x0A, b"NKST" + bytes(4), order),  # decryption secrets
        block(0x7FFF1234, b"of nobody", order),
    ]
    head = section(order, [(COMMENT, b"of the section"), (2, b"hardware")])
    described = interface(order=order, said=[(COMMENT, b"of the interface")])
    return b"".join(
        [head, others[0], others[3], described]
        + [enhanced(ONE, order=order), *others, enhanced(TWO, order=order)]
        + [enhanced(CUT, order=order), enhanced(FOUR, order=order), others[1]]
    )


def interfaces(order):
    """Two interfaces take turns."""
    nano = {"number": 1, "units": 10**9}
    return b"".join(
        [section(order), interface(ETHERNET, order, name="eth0")]
        + [interface(RAW_IP, order, name="tun0", resolution=9)]
        + [enhanced(ONE, order=order), enhanced(TWO, order=order, **nano)]
        + [enhanced(CUT, order=order), enhanced(FOUR, order=order, **nano)]
    )


def sections(order):
    """Three sections in different byte orders: each has its own interface 0."""
    other = "<" if order == ">" else ">"
    return b"".join(
        [section(order), interface(ETHERNET, order), enhanced(ONE, order=order)]
        + [section(other), interface(RAW_IP, other), enhanced(TWO, order=other)]
        + [section(order), interface(LINUX_SLL2, order)]
        + [enhanced(CUT, order=order), enhanced(FOUR, order=order)]
    )


def old(order):
    """Obsolete packet blocks, on the second interface."""
    blocks = [section(order), interface(RAW_IP, order), interface(order=order)]
    return b"".join(blocks + [obsolete(packet, 1, order) for packet in PACKETS])


def mixed(order):
    """Obsolete and enhanced packets in turns, with options."""
    return b"".join(
        [section(order), interface(order=order)]
        + [obsolete(ONE, order=order, said=[(COMMENT, b"first")])]
        + [enhanced(TWO, order=order, said=[(FLAGS, bytes(4)), (COMMENT, b"second")])]
        + [enhanced(CUT, order=order, said=[(FLAGS, bytes(4))])]
        + [obsolete(FOUR, order=order)]
    )


FILES = {
    build.__name__: build
    for build in (plain, between, interfaces, sections, old, mixed)
}


@pytest.fixture(params=[(f, o) for f in FILES for o in "<>"], ids="".join)
def variant(request, tmp_path):
    name, order = request.param
    return name, made(tmp_path, FILES[name](order))


def wanted(name):
    """The packets as `variant` keeps them."""
    packets = rounded(PACKETS)
    if name == "interfaces":
        exact = rounded(PACKETS, 10**9)
        packets[1], packets[3] = exact[1], exact[3]
    return packets


def test_packets(variant):
    name, path = variant
    found = read(path)
    assert found.damage is None
    assert found.packets == wanted(name)


@needs_tshark
@pytest.mark.parametrize("name, order", list(zip(FILES, "<><><>")))
def test_packets_as_tshark_reads_them(name, order, tmp_path):
    path = made(tmp_path, FILES[name](order))
    assert tshark_packets(path) == outline(wanted(name))


@pytest.mark.parametrize("order", "<>")
def test_sources(order, tmp_path):
    def told(data):
        sources = read(made(tmp_path, data)).sources
        return [(s.link_type, s.digits, s.interface_name) for s in sources]

    eth0, tun0 = (ETHERNET, 6, "eth0"), (RAW_IP, 9, "tun0")
    assert told(interfaces(order)) == [eth0, tun0, eth0, tun0]
    assert told(sections(order)) == [
        (ETHERNET, 6, None),
        (RAW_IP, 6, None),
        (LINUX_SLL2, 6, None),
        (LINUX_SLL2, 6, None),
    ]


@pytest.mark.parametrize("order", "<>")
def test_comments(order, tmp_path):
    assert read(made(tmp_path, between(order))).comments == {}
    assert read(made(tmp_path, mixed(order))).comments == {
        0: ("first",),
        1: ("second",),
    }
    several = [(COMMENT, "zwölf".encode()), (FLAGS, bytes(4)), (COMMENT, b"\xff\0")]
    blocks = [section(order), interface(order=order), enhanced(ONE, order=order)]
    path = made(tmp_path, *blocks, enhanced(TWO, order=order, said=several))
    assert read(path).comments == {1: ("zwölf", "\udcff")}


RESOLUTIONS = {
    None: (10**6, 6),
    0: (1, 0),
    1: (10, 1),
    3: (10**3, 3),
    6: (10**6, 6),
    9: (10**9, 9),
    10: (10**10, 9),
    0x80: (1, 0),
    0x80 | 10: (1 << 10, 3),
    0x80 | 20: (1 << 20, 6),
    0x80 | 32: (1 << 32, 9),
}
"""if_tsresol -> units in a second, digits."""


@pytest.fixture(
    params=[(r, o) for r in RESOLUTIONS for o in (None, 3600, -3600)], ids=str
)
def timed(request, tmp_path):
    resolution, offset = request.param
    units, digits = RESOLUTIONS[resolution]
    head = section() + interface(resolution=resolution, offset=offset)
    blocks = [enhanced(packet, units=units, offset=offset or 0) for packet in PACKETS]
    return made(tmp_path, head, *blocks), rounded(PACKETS, units), digits


def test_time(timed):
    path, packets, digits = timed
    found = read(path)
    assert found.packets == packets
    assert {source.digits for source in found.sources} == {digits}


@pytest.mark.parametrize("resolution", RESOLUTIONS)
def test_times_that_go_on_and_back(resolution, tmp_path):
    units, _ = RESOLUTIONS[resolution]
    packets = [PACKETS[0]._replace(time=n * 10**9) for n in (1, 2, 10**5, 3, 10**5)]
    head = section() + interface(resolution=resolution, offset=-7)
    blocks = [enhanced(packet, units=units, offset=-7) for packet in packets]
    assert read(made(tmp_path, head, *blocks)).packets == rounded(packets, units)


@needs_tshark
def test_time_as_tshark_reads_it(tmp_path):
    """One interface a resolution, all in one file."""
    blocks, packets = [section()], []
    for number, (resolution, (units, _)) in enumerate(RESOLUTIONS.items()):
        blocks.insert(number + 1, interface(resolution=resolution, offset=60))
        blocks += [enhanced(one, number, units=units, offset=60) for one in PACKETS]
        packets += rounded(PACKETS, units)
    path = made(tmp_path, *blocks)
    assert read(path).packets == packets
    assert tshark_packets(path) == outline(packets)


@pytest.mark.parametrize("order", "<>")
def test_simple_packets(order, tmp_path):
    """They have no time, so they take that of the packet before them; snaplen cuts."""
    cut = CUT._replace(data=CUT.data[:16])
    head = (
        section(order) + interface(order=order, snaplen=16) + interface(RAW_IP, order)
    )
    path = made(
        tmp_path, head, simple(cut, order), enhanced(TWO, 1, order), simple(cut, order)
    )
    found = read(path)
    late = rounded([TWO])[0].time
    assert found.packets == [
        cut._replace(time=0),
        *rounded([TWO]),
        cut._replace(time=late),
    ]
    assert [source.link_type for source in found.sources] == [
        ETHERNET,
        RAW_IP,
        ETHERNET,
    ]


@needs_tshark
def test_simple_packets_as_tshark_reads_them(tmp_path):
    head = section() + interface(snaplen=16)
    path = made(tmp_path, head, simple(CUT), simple(ONE._replace(data=b"short")))
    found = [row[1:] for row in tshark_packets(path)]
    assert (
        found
        == [row[1:] for row in outline(read(path).packets)]
        == [(16, 1000), (5, 5)]
    )


def test_custom_blocks_are_no_packets(tmp_path):
    """tshark gives them a frame number of their own; they are in no other reader's list."""
    parts = [section(), interface(), custom(), enhanced(ONE), custom(kind=0x40000BAD)]
    assert read(made(tmp_path, *parts)).packets == rounded([ONE])


def test_no_packets(tmp_path):
    assert read(made(tmp_path, section())) == ([], [], {}, None)
    assert read(made(tmp_path, section(), interface())) == ([], [], {}, None)


def cuts(*blocks):
    """Each length of the file -> (packets that are whole, whether it ends a block)."""
    total, ends, packets = 0, {}, 0
    for data in blocks:
        packets += data[:4] in (b"\6\0\0\0", b"\0\0\0\6")
        total += len(data)
        ends[total] = packets
    whole = 0
    for length in range(1, total + 1):
        whole = ends.get(length, whole)
        yield length, whole, length in ends


@pytest.mark.parametrize("order", "<>")
def test_cut(order, tmp_path):
    blocks = [section(order), interface(order=order)]
    blocks += [enhanced(packet, order=order) for packet in PACKETS]
    data = b"".join(blocks)
    for length, whole, clean in cuts(*blocks):
        path = made(tmp_path, data[:length])
        if length < len(blocks[0]):
            with pytest.raises(CaptureError, match="is no capture"):
                read(path)
            continue
        found = read(path)
        assert found.packets == rounded(PACKETS[:whole])
        place = f"cut short in the middle of the block behind packet {whole}"
        assert found.damage == (None if clean else place)


def changed(data, place, word):
    """`data` with the 32-bit number at `place` (from its end, where negative) set."""
    place = place % len(data)
    return data[:place] + word.to_bytes(4, "little") + data[place + 4 :]


LIES = {
    "length": (changed(enhanced(TWO), 4, 0xFFFFFFFF), "claims 4294967295 bytes"),
    "no length": (changed(enhanced(TWO), 4, 0), "claims 0 bytes"),
    "odd length": (changed(enhanced(TWO), 4, 57), "claims 57 bytes"),
    "second length": (changed(enhanced(TWO), -4, 8), "has two different lengths"),
    "captured length": (
        changed(enhanced(TWO), 20, 1 << 31),
        "claims a packet of 2147483648 bytes",
    ),
    "interface": (enhanced(TWO, 1), "names interface 1, which is not described"),
    "old interface": (obsolete(TWO, 9), "names interface 9, which is not described"),
    "short packet": (block(6, bytes(16)), "is too short for a packet"),
    "short old packet": (block(2, bytes(4)), "is too short for a packet"),
    "short simple packet": (block(3, b""), "is too short for a packet"),
    "short interface": (block(1, b""), "is too short for an interface"),
    "section": (
        changed(section(), 8, 0x12345678),
        "is a section header without a byte order",
    ),
    "forgotten": (
        section() + simple(TWO),
        "names interface 0, which is not described",
    ),
}
"""A block that cannot be -> what is said of it."""


@pytest.mark.parametrize("name", LIES)
def test_lie(name, tmp_path):
    lie, words = LIES[name]
    path = made(tmp_path, section(), interface(), enhanced(ONE), lie, enhanced(FOUR))
    found = read(path)
    assert found.packets == rounded([ONE])
    assert found.damage.startswith(f"the block behind packet 1 {words}")


def test_many_blocks(tmp_path):
    packets = [
        ONE._replace(data=bytes([n % 251]) * (n % 1500), length=None)
        for n in range(2000)
    ]
    path = made(tmp_path, plain(">", packets))
    assert read(path).packets == rounded(packets)


def test_long_packet(tmp_path):
    long = ONE._replace(data=b"l" * ((1 << 24) - 32))
    path = made(tmp_path, section(), interface(), enhanced(long), enhanced(TWO))
    assert read(path).packets == rounded([long, TWO])
