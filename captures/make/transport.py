"""Captures of what lies below FastCGI: a function a capture, its docstring the frames.

Each shows one thing on an exchange of one request and its answer, on port 8000 unless it
says otherwise. Run as a program it writes them all (or those named) into `captures/`:

    python -m captures.make.transport [NAME ...]
"""

import gzip
import sys
from pathlib import Path
from typing import Callable, Dict, Iterable, List, NamedTuple, Optional, Tuple

from captures.make import packets as p
from captures.make import records as r
from captures.make.files import Packet, pcap
from captures.make.packets import ACK, FIN, PSH, RST, SYN, Conversation

FIRST_TIME = 1_795_400_000_000_000_000
MILLISECOND = 1_000_000
TOP = 2**32 - 1

VALUES = {
    "REQUEST_METHOD": "GET",
    "REQUEST_URI": "/made?by=hand",
    "SCRIPT_FILENAME": "/srv/made.php",
}
REQUEST = r.request(1, VALUES)
PAGE = b"Content-Type: text/plain\r\n\r\n" + b"0123456789abcdef" * 30
RESPONSE = r.response(1, PAGE)


class Capture(NamedTuple):
    """What a function of this module makes."""

    frames: "List[bytes]"
    link_type: int = 1
    lengths: "Dict[int, int]" = {}
    """Index of a frame that was longer on the wire -> its length there."""


MAKERS: "Dict[str, Callable[[], Capture]]" = {}


def made(maker: "Callable[[], Capture]") -> "Callable[[], Capture]":
    """Note down the maker of a capture under the capture's name."""
    MAKERS["made-" + maker.__name__.replace("_", "-")] = maker
    return maker


def exchange(talk: Optional[Conversation] = None, *sizes: int) -> Conversation:
    """A connection with one request and its answer, the answer in these segments."""
    talk = talk or Conversation()
    talk.open().say(talk.client, REQUEST).acknowledge(talk.server)
    talk.say(talk.server, RESPONSE, *sizes).acknowledge(talk.client)
    return talk.close()


def ethernet(packets: "Iterable[bytes]") -> Capture:
    """Packets on a real wire, whose frames have at least 60 bytes."""
    return Capture([p.ethernet(packet, least=60) for packet in packets])


# Links


@made
def padding() -> Capture:
    """Ethernet: short frames filled up to 60 bytes, and a trailer of four behind each."""
    frames = [
        p.ethernet(packet, least=60, trailer=b"TAIL") for packet in exchange().packets
    ]
    return Capture(frames)


@made
def vlan() -> Capture:
    """Each frame in VLAN 10."""
    return Capture(
        [p.ethernet(p.vlan(packet, 10), 0x8100) for packet in exchange().packets]
    )


@made
def qinq() -> Capture:
    """Each frame in VLAN 20 within VLAN 10 (IEEE 802.1ad), then the same with 0x9100."""
    packets = exchange().packets + exchange(Conversation(client_port=40001)).packets
    half = len(packets) // 2
    return Capture(
        [
            p.ethernet(
                p.vlan(p.vlan(packet, 20), 10, 0x8100), 0x88A8 if n < half else 0x9100
            )
            for n, packet in enumerate(packets)
        ]
    )


@made
def snap() -> Capture:
    """IEEE 802.3 frames with LLC and SNAP."""
    return Capture([p.snap(packet) for packet in exchange().packets])


@made
def sll() -> Capture:
    """Linux cooked capture, as `tcpdump -i any` wrote it before libpcap 1.10."""
    return Capture([p.sll(packet) for packet in exchange().packets], 113)


@made
def sll2() -> Capture:
    """Linux cooked capture, version 2."""
    return Capture([p.sll2(packet) for packet in exchange().packets], 276)


@made
def raw() -> Capture:
    """No link header: IPv4, then IPv6."""
    six = Conversation("fd00::1", "fd00::2")
    return Capture(exchange().packets + exchange(six).packets, 101)


@made
def null() -> Capture:
    """BSD loopback by a little-endian host: family 2, then 24, 28, 30 of the BSDs' IPv6."""
    frames = [p.null(packet) for packet in exchange().packets]
    for family in (24, 28, 30):
        six = Conversation("fd00::1", "fd00::2", client_port=40000 + family)
        frames += [p.null(packet, "<", family) for packet in exchange(six).packets]
    return Capture(frames, 0)


@made
def null_big() -> Capture:
    """BSD loopback by a big-endian host."""
    return Capture([p.null(packet, ">") for packet in exchange().packets], 0)


@made
def loop() -> Capture:
    """OpenBSD loopback, always big-endian (LINKTYPE_LOOP)."""
    return Capture([p.null(packet, ">") for packet in exchange().packets], 108)


@made
def unknown_link() -> Capture:
    """A link type that nobody has taken (LINKTYPE_USER15)."""
    return Capture(exchange().packets, 162)


@made
def foreign() -> Capture:
    """Between the frames of a connection: ARP, a UDP datagram, a frame of nothing."""
    arp = p.ethernet(bytes(28), p.ARP, least=60)
    other = p.ethernet(p.ipv4(p.udp(b"hello", 53), protocol=p.UDP), least=60)
    frames = ethernet(exchange().packets).frames
    return Capture(frames[:2] + [arp] + frames[2:4] + [other, b""] + frames[4:])


# The Internet layer


@made
def ipv4_options() -> Capture:
    """Each packet with a router alert and padding in its header (RFC 2113)."""
    packets = exchange().packets
    return ethernet(
        p.ipv4(packet[20:], *ends(packet), options=b"\x94\x04\0\0\0\0\0\0")
        for packet in packets
    )


@made
def ipv6() -> Capture:
    """IPv6 on Ethernet."""
    return ethernet(exchange(Conversation("fd00::1", "fd00::2")).packets)


@made
def ipv6_extensions() -> Capture:
    """Hop-by-hop and destination options before TCP, and an atomic fragment."""
    packets = exchange(Conversation("fd00::1", "fd00::2")).packets
    frames = []
    for packet in packets:
        source, destination = ends(packet)
        atomic = p.pack(">BBHI", p.TCP, 0, 0, 9) + packet[40:]
        options = p.extension(p.extension(atomic, 44, 16), 60, 8)
        frames.append(p.ipv6(options, source, destination, next_header=0))
    return ethernet(frames)


@made
def total_length_zero() -> Capture:
    """Segmentation offload: the answer as the card got it, total length 0, no padding."""
    frames = [p.ethernet(packet) for packet in exchange().packets]
    frames[5] = frames[5][:16] + b"\0\0" + frames[5][18:]
    return Capture(frames)


@made
def large_frame() -> Capture:
    """Loopback: an answer of three records in one segment of 131,142 bytes."""
    talk = Conversation("127.0.0.1", "127.0.0.1")
    body = bytes(range(256)) * 255
    answer = r.stdout(1, PAGE) + r.stdout(1, body) + r.stdout(1, body) + r.end(1)
    talk.open().say(talk.client, REQUEST).say(talk.server, answer)
    packets = talk.acknowledge(talk.client).close().packets
    packets[4] = packets[4][:2] + b"\0\0" + packets[4][4:]
    return Capture([p.ethernet(packet) for packet in packets])


def ends(packet: bytes) -> Tuple[str, str]:
    """Source and destination address of an IP packet."""
    at, size = (8, 16) if packet[0] >> 4 == 6 else (12, 4)
    found = packet[at : at + size], packet[at + size : at + 2 * size]
    source, destination = (str(p.ip_address(address)) for address in found)
    return source, destination


# Fragments


@made
def ipv4_fragments() -> Capture:
    """The answer in five fragments, in order."""
    return with_answer_in(lambda packet: p.ipv4_fragments(packet, 120))


@made
def ipv4_fragments_shuffled() -> Capture:
    """The answer in five fragments: the last, the second, the first, the fourth, the third."""
    return with_answer_in(
        lambda packet: p.order(p.ipv4_fragments(packet, 120), 4, 1, 0, 3, 2)
    )


@made
def ipv4_fragments_overlapping() -> Capture:
    """The answer in fragments of 120 and again of 200 bytes that begin elsewhere."""

    def overlapping(packet: bytes) -> "List[bytes]":
        small, large = p.ipv4_fragments(packet, 120), p.ipv4_fragments(packet, 200)
        return [small[1], large[0], large[2], small[3], small[2], small[4]]

    return with_answer_in(overlapping)


@made
def ipv4_fragments_incomplete() -> Capture:
    """The answer without its third fragment; then the same bytes sent again whole."""
    talk = exchange()
    answer = talk.packets[5]
    pieces = p.order(p.ipv4_fragments(answer, 120), 0, 1, 3, 4)
    return ethernet(talk.packets[:5] + pieces + [answer] + talk.packets[6:])


@made
def ipv6_fragments() -> Capture:
    """The answer in five fragments, the first two swapped."""
    talk = exchange(Conversation("fd00::1", "fd00::2"))
    pieces = p.order(p.ipv6_fragments(talk.packets[5], 120), 1, 0, 2, 3, 4)
    return ethernet(talk.packets[:5] + pieces + talk.packets[6:])


def with_answer_in(parts: "Callable[[bytes], List[bytes]]") -> Capture:
    """An exchange whose answer's packet comes in parts."""
    packets = exchange().packets
    return ethernet(packets[:5] + parts(packets[5]) + packets[6:])


# Tunnels


@made
def mpls() -> Capture:
    """Two MPLS labels; then one, and Ethernet below it behind a control word."""
    packets = exchange().packets
    inner = exchange(Conversation(client_port=40001)).packets
    frames = [p.ethernet(p.mpls(packet, 16, 17), 0x8847) for packet in packets]
    return Capture(
        frames
        + [
            p.ethernet(p.mpls(bytes(4) + p.ethernet(packet), 18), 0x8847)
            for packet in inner
        ]
    )


@made
def pppoe() -> Capture:
    """A PPPoE session."""
    return Capture(
        [p.ethernet(p.pppoe(packet), 0x8864, least=60) for packet in exchange().packets]
    )


@made
def gre() -> Capture:
    """GRE plain, then with key and sequence number, then with Ethernet inside."""
    frames = []
    for packet in exchange().packets:
        frames.append(tunnel(p.gre(packet), 47))
    for packet in exchange(Conversation(client_port=40001)).packets:
        frames.append(tunnel(p.gre(packet, key=5, sequence=len(frames)), 47))
    for packet in exchange(Conversation(client_port=40002)).packets:
        frames.append(tunnel(p.gre(p.ethernet(packet), 0x6558), 47))
    return ethernet(frames)


@made
def vxlan() -> Capture:
    """VXLAN."""
    packets = exchange().packets
    return ethernet(tunnel(p.vxlan(p.ethernet(packet)), p.UDP) for packet in packets)


@made
def geneve() -> Capture:
    """GENEVE with an option of eight bytes."""
    option = p.pack(">HBBI", 0x0102, 0x80, 1, 7)
    return ethernet(
        tunnel(p.geneve(p.ethernet(packet), options=option), p.UDP)
        for packet in exchange().packets
    )


@made
def ip_in_ip() -> Capture:
    """IPv4 in IPv4, IPv6 in IPv4 (6in4), IPv4 in IPv6."""
    four, six = exchange().packets, exchange(Conversation("fd00::1", "fd00::2")).packets
    third = exchange(Conversation(client_port=40001)).packets
    frames = [tunnel(packet, 4) for packet in four]
    frames += [tunnel(packet, 41) for packet in six]
    return ethernet(frames + [p.ipv6(packet, next_header=4) for packet in third])


def tunnel(payload: bytes, protocol: int) -> bytes:
    """An IPv4 packet between two routers."""
    return p.ipv4(payload, "192.0.2.1", "192.0.2.2", protocol=protocol)


# Streams


@made
def out_of_order() -> Capture:
    """The answer in four segments, which come as the fourth, second, third, first."""
    packets = exchange(None, 150, 150, 150).packets
    return ethernet(packets[:5] + p.order(packets, 8, 6, 7, 5) + packets[9:])


@made
def overlap() -> Capture:
    """The answer's first 300 bytes, then 200 to 400, then all of it."""
    talk = Conversation().open()
    talk.say(talk.client, REQUEST)
    talk.repeat(talk.server, 0, RESPONSE[:300])
    talk.repeat(talk.server, 200, RESPONSE[200:400])
    talk.say(talk.server, RESPONSE).acknowledge(talk.client)
    return ethernet(talk.close().packets)


@made
def overlap_differing() -> Capture:
    """The answer's tail comes first; all of it follows with other bytes in the tail."""
    talk = Conversation().open()
    talk.say(talk.client, REQUEST)
    other = RESPONSE[:300] + b"!" * 100 + RESPONSE[400:]
    talk.repeat(talk.server, 300, RESPONSE[300:])
    talk.say(talk.server, other).acknowledge(talk.client)
    return ethernet(talk.close().packets)


@made
def retransmission() -> Capture:
    """The answer in two segments, then both again as one, then in three others."""
    talk = exchange(None, 300)
    end = talk.packets[7:]
    del talk.packets[7:]
    talk.repeat(talk.server, 0, RESPONSE)
    for at in range(0, len(RESPONSE), 200):
        talk.repeat(talk.server, at, RESPONSE[at : at + 200])
    return ethernet(talk.packets + end)


@made
def wrap() -> Capture:
    """Both directions pass 2^32 - 1 amid a record."""
    talk = Conversation(client_isn=TOP - 60, server_isn=TOP - 200)
    return ethernet(exchange(talk, 100, 200).packets)


@made
def isn_top() -> Capture:
    """Both initial sequence numbers are 2^32 - 1."""
    talk = Conversation(client_isn=TOP, server_isn=TOP)
    return ethernet(exchange(talk, 100).packets)


@made
def syn_data() -> Capture:
    """TCP Fast Open: the request's first 40 bytes in the SYN (RFC 7413)."""
    talk = Conversation()
    talk.send(talk.client, REQUEST[:40], SYN).send(talk.server, flags=SYN | ACK)
    talk.say(talk.client, REQUEST[40:]).say(talk.server, RESPONSE)
    return ethernet(talk.acknowledge(talk.client).close().packets)


@made
def keep_alive() -> Capture:
    """Between request and answer two keep-alives: without a byte, and with a zero byte."""
    talk = Conversation().open()
    talk.say(talk.client, REQUEST).acknowledge(talk.server)
    for probe in (b"", b"\0"):
        talk.repeat(talk.client, len(REQUEST) - 1, probe, ACK)
        talk.acknowledge(talk.server)
    talk.say(talk.server, RESPONSE).acknowledge(talk.client)
    return ethernet(talk.close().packets)


@made
def zero_window() -> Capture:
    """The client's window is full: probes with the next byte, then the rest."""
    talk = Conversation().open()
    talk.say(talk.client, REQUEST).send(talk.server, RESPONSE[:300])
    full = talk.segment(talk.client, window=0)
    talk.packets += [full]
    for _ in range(2):
        talk.repeat(talk.server, 300, RESPONSE[300:301], ACK)
        talk.packets += [full]
    talk.acknowledge(talk.client).say(talk.server, RESPONSE[300:])
    return ethernet(talk.acknowledge(talk.client).close().packets)


@made
def after_fin() -> Capture:
    """The client ends its direction, the answer comes; then 8 bytes beyond the server's FIN."""
    talk = Conversation().open()
    talk.say(talk.client, REQUEST).send(talk.client, flags=FIN | ACK)
    talk.say(talk.server, RESPONSE).send(talk.server, flags=FIN | ACK)
    talk.acknowledge(talk.client)
    talk.repeat(talk.server, len(RESPONSE) + 1, r.end(2)[:8])
    return ethernet(talk.packets)


@made
def reset() -> Capture:
    """The answer's first segment is missing; the client resets, saying why in its payload."""
    talk = Conversation().open()
    talk.say(talk.client, REQUEST).say(talk.server, RESPONSE, 200)
    del talk.packets[4]
    talk.send(talk.client, b"went away", RST | ACK)
    return ethernet(talk.packets)


@made
def ports_reused() -> Capture:
    """One four-tuple, three connections: closed, then not closed, then open to the end."""
    first = exchange().packets
    second = exchange(Conversation(client_isn=900_000, server_isn=700_000)).packets[:-3]
    third = exchange(Conversation(client_isn=90_000_000, server_isn=3)).packets[:-3]
    return ethernet(first + second + third)


@made
def simultaneous_open() -> Capture:
    """Both send a SYN at once, then SYN and ACK (RFC 9293, figure 7)."""
    talk = Conversation()
    for flags in (SYN, SYN | ACK):
        for sender in (talk.client, talk.server):
            sender.next = sender.isn
        one = talk.segment(talk.client, flags=flags, ack=talk.server.isn + 1)
        other = talk.segment(talk.server, flags=flags, ack=talk.client.isn + 1)
        talk.packets += [one, other]
    talk.client.next += 1
    talk.server.next += 1
    talk.say(talk.client, REQUEST).say(talk.server, RESPONSE)
    return ethernet(talk.acknowledge(talk.client).close().packets)


@made
def one_direction() -> Capture:
    """The capture saw the server's packets only."""
    packets = exchange(None, 200).packets
    return ethernet(packet for packet in packets if packet[12:16] == b"\x0a\0\0\2")


@made
def lost_segment() -> Capture:
    """Of two answers on one connection the first's second segment is not in the capture.

    The client acknowledges it all the same, so nobody waits for it.
    """
    talk = Conversation().open()
    answer = r.response(1, PAGE)
    for _ in range(2):
        talk.say(talk.client, r.request(1, VALUES, flags=r.KEEP_CONN))
        talk.say(talk.server, answer, 200, 200).acknowledge(talk.client)
    del talk.packets[5]
    return ethernet(talk.close().packets)


@made
def ack_before_data() -> Capture:
    """Two queues of one card: the ACK is recorded before the segment that it is for."""
    packets = exchange(None, 200).packets
    return ethernet(p.order(packets, 0, 1, 2, 3, 4, 6, 7, 5, 8, 9, 10))


@made
def mid_stream() -> Capture:
    """The capture begins amid the STDOUT of one request; another follows."""
    talk = Conversation().open()
    for _ in range(2):
        talk.say(talk.client, r.request(1, VALUES, flags=r.KEEP_CONN))
        talk.say(talk.server, RESPONSE, 200).acknowledge(talk.client)
    return ethernet(talk.close().packets[5:])


@made
def far_segment() -> Capture:
    """Amid an answer a segment that lies 2^30 ahead, and one 2^30 behind."""
    talk = Conversation().open()
    talk.say(talk.client, REQUEST).send(talk.server, RESPONSE[:200])
    for distance in (1 << 30, -(1 << 30)):
        seq = talk.server.next + distance
        talk.packets.append(talk.segment(talk.server, b"noise", ACK | PSH, seq))
    talk.say(talk.server, RESPONSE[200:]).acknowledge(talk.client)
    return ethernet(talk.close().packets)


@made
def cut() -> Capture:
    """Each frame cut after 200 bytes (`tcpdump -s 200`)."""
    frames = ethernet(exchange(None, 300).packets).frames
    lengths = {at: len(frame) for at, frame in enumerate(frames) if len(frame) > 200}
    return Capture([frame[:200] for frame in frames], 1, lengths)


def file_of(capture: Capture) -> bytes:
    """A pcap file of a capture, its packets a millisecond apart."""
    packets = (
        Packet(FIRST_TIME + at * MILLISECOND, frame, capture.lengths.get(at))
        for at, frame in enumerate(capture.frames)
    )
    return pcap(packets, link_type=capture.link_type)


def write(name: str, folder: Path) -> None:
    """Make one capture; the same bytes each time."""
    content = gzip.compress(file_of(MAKERS[name]()), mtime=0)
    (folder / f"{name}.pcap.gz").write_bytes(content)


if __name__ == "__main__":
    for chosen in sys.argv[1:] or MAKERS:
        write(chosen, Path(__file__).parent.parent)
