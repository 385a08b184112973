"""Packets, layer by layer: payload in, the bytes of a header and it out; and conversations.

Written from the RFCs that each function names and apart from the fcgidissect package, so
that a test cannot repeat a mistake of what it tests. Checksums are right.
"""

from ipaddress import ip_address
from struct import pack
from typing import List, Optional, Sequence

FIN, SYN, RST, PSH, ACK, URG = 1, 2, 4, 8, 16, 32
IPV4, IPV6, ARP = 0x0800, 0x86DD, 0x0806
TCP, UDP = 6, 17
MORE_FRAGMENTS = 0x2000
MODULUS = 1 << 32


def internet_checksum(data: bytes) -> int:
    """The ones' complement sum of RFC 1071."""
    data += b"\0" * (len(data) % 2)
    total = sum(
        int.from_bytes(data[at : at + 2], "big") for at in range(0, len(data), 2)
    )
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def packed(address: str) -> bytes:
    """An IP address as on the wire."""
    return ip_address(address).packed


def ether_type(packet: bytes) -> int:
    """The EtherType of an IP packet."""
    return IPV6 if packet[0] >> 4 == 6 else IPV4


# Links


def ethernet(
    payload: bytes,
    type: Optional[int] = None,
    destination: bytes = b"\x02\0\0\0\0\x02",
    source: bytes = b"\x02\0\0\0\0\x01",
    least: int = 0,
    trailer: bytes = b"",
) -> bytes:
    """An Ethernet II frame.

    Args:
        least: zero bytes fill it up to this length (60 on a real wire).
        trailer: what stands behind it.
    """
    kind = ether_type(payload) if type is None else type
    frame = destination + source + pack(">H", kind) + payload
    return frame.ljust(least, b"\0") + trailer


def vlan(payload: bytes, id: int, type: Optional[int] = None) -> bytes:
    """An IEEE 802.1Q tag without the EtherType before it."""
    return pack(">HH", id, ether_type(payload) if type is None else type) + payload


def snap(payload: bytes) -> bytes:
    """An IEEE 802.3 frame with LLC and SNAP (RFC 1042)."""
    llc = b"\xaa\xaa\x03\0\0\0" + pack(">H", ether_type(payload)) + payload
    return ethernet(llc, len(llc))


def sll(payload: bytes) -> bytes:
    """Linux cooked capture (LINKTYPE_LINUX_SLL, 113)."""
    return pack(">HHH8sH", 0, 1, 6, b"\x02", ether_type(payload)) + payload


def sll2(payload: bytes) -> bytes:
    """Linux cooked capture, version 2 (LINKTYPE_LINUX_SLL2, 276)."""
    return pack(">HHIHBB8s", ether_type(payload), 0, 2, 1, 0, 6, b"\x02") + payload


def null(payload: bytes, order: str = "<", family: Optional[int] = None) -> bytes:
    """BSD loopback (LINKTYPE_NULL, 0; with order ">" also LINKTYPE_LOOP, 108)."""
    known = 30 if payload[0] >> 4 == 6 else 2
    return pack(order + "I", known if family is None else family) + payload


# Tunnels


def mpls(payload: bytes, *labels: int) -> bytes:
    """A stack of MPLS labels (RFC 3032), the first one outermost."""
    last = len(labels) - 1
    words = [label << 12 | (at == last) << 8 | 64 for at, label in enumerate(labels)]
    return b"".join(pack(">I", word) for word in words) + payload


def pppoe(payload: bytes, session: int = 1) -> bytes:
    """PPPoE (RFC 2516) and PPP."""
    ppp = pack(">H", 0x57 if ether_type(payload) == IPV6 else 0x21) + payload
    return pack(">BBHH", 0x11, 0, session, len(ppp)) + ppp


def gre(
    payload: bytes,
    type: Optional[int] = None,
    key: Optional[int] = None,
    sequence: Optional[int] = None,
) -> bytes:
    """GRE (RFC 2784, RFC 2890)."""
    flags = (key is not None) << 13 | (sequence is not None) << 12
    words = [pack(">I", word) for word in (key, sequence) if word is not None]
    kind = ether_type(payload) if type is None else type
    return pack(">HH", flags, kind) + b"".join(words) + payload


def udp(payload: bytes, destination_port: int, source_port: int = 50000) -> bytes:
    """UDP without a checksum (RFC 768)."""
    return pack(">HHHH", source_port, destination_port, len(payload) + 8, 0) + payload


def vxlan(frame: bytes, network: int = 7) -> bytes:
    """VXLAN (RFC 7348) over UDP."""
    return udp(pack(">II", 0x08000000, network << 8) + frame, 4789)


def geneve(
    payload: bytes, type: int = 0x6558, options: bytes = b"", network: int = 7
) -> bytes:
    """GENEVE (RFC 8926) over UDP."""
    head = pack(">BBHI", len(options) // 4, 0, type, network << 8)
    return udp(head + options + payload, 6081)


# The Internet


def ipv4(
    payload: bytes,
    source: str = "10.0.0.1",
    destination: str = "10.0.0.2",
    protocol: int = TCP,
    options: bytes = b"",
    id: int = 1,
    fragment: int = 0,
    total: Optional[int] = None,
) -> bytes:
    """An IPv4 packet (RFC 791).

    Args:
        fragment: flags and fragment offset, the 16 bits as they stand.
        total: the total length, where it shall not be the right one.
    """
    size = 20 + len(options)
    head = pack(
        ">BBHHHBBH4s4s",
        0x40 | size // 4,
        0,
        size + len(payload) & 0xFFFF if total is None else total,
        id,
        fragment,
        64,
        protocol,
        0,
        packed(source),
        packed(destination),
    )
    summed = internet_checksum(head + options)
    return head[:10] + pack(">H", summed) + head[12:] + options + payload


def ipv6(
    payload: bytes,
    source: str = "fd00::1",
    destination: str = "fd00::2",
    next_header: int = TCP,
    length: Optional[int] = None,
) -> bytes:
    """An IPv6 packet (RFC 8200); length where it shall not be the right one."""
    size = len(payload) & 0xFFFF if length is None else length
    ends = packed(source) + packed(destination)
    return pack(">IHBB", 6 << 28, size, next_header, 64) + ends + payload


def extension(payload: bytes, next_header: int = TCP, size: int = 8) -> bytes:
    """An IPv6 extension header that holds nothing but padding (PadN)."""
    pad = pack(">BB", 1, size - 4) + bytes(size - 4)
    return pack(">BB", next_header, size // 8 - 1) + pad + payload


def ipv4_fragments(packet: bytes, size: int) -> "List[bytes]":
    """An IPv4 packet without options in fragments of `size` bytes, a multiple of 8."""
    source, destination = (str(ip_address(packet[at : at + 4])) for at in (12, 16))
    id, payload = int.from_bytes(packet[4:6], "big"), packet[20:]
    return [
        ipv4(
            payload[at : at + size],
            source,
            destination,
            protocol=packet[9],
            id=id,
            fragment=at // 8 | (at + size < len(payload)) * MORE_FRAGMENTS,
        )
        for at in range(0, len(payload), size)
    ]


def ipv6_fragments(packet: bytes, size: int, id: int = 1) -> "List[bytes]":
    """An IPv6 packet in fragments of `size` bytes, a multiple of 8."""
    source, destination = (str(ip_address(packet[at : at + 16])) for at in (8, 24))
    payload = packet[40:]
    return [
        ipv6(
            pack(">BBHI", packet[6], 0, at | (at + size < len(payload)), id)
            + payload[at : at + size],
            source,
            destination,
            next_header=44,
        )
        for at in range(0, len(payload), size)
    ]


def tcp(
    source: str,
    destination: str,
    source_port: int,
    destination_port: int,
    seq: int,
    ack: int,
    flags: int,
    payload: bytes = b"",
    options: bytes = b"",
    window: int = 65535,
) -> bytes:
    """A TCP segment (RFC 9293, section 3.1); addresses are for the checksum."""
    ports = pack(">HH", source_port, destination_port)
    numbers = pack(">II", seq % MODULUS, ack % MODULUS)
    offset = (20 + len(options)) // 4 << 4
    head = ports + numbers + pack(">BBH", offset, flags, window)
    ends = packed(source) + packed(destination)
    size = 20 + len(options) + len(payload)
    pseudo = ends + (
        pack(">BBH", 0, TCP, size & 0xFFFF)
        if len(ends) == 8
        else pack(">IHBB", size, 0, 0, TCP)
    )
    rest = options + payload
    summed = internet_checksum(pseudo + head + b"\0\0\0\0" + rest)
    return head + pack(">HH", summed, 0) + rest


# Conversations


class Peer:
    """One end of a conversation."""

    def __init__(self, address: str, port: int, isn: int) -> None:
        self.address = address
        self.port = port
        self.isn = isn
        self.next = isn
        """Its next sequence number, counted on without wrapping."""


class Conversation:
    """Two peers who talk; each verb puts a packet at the end of `packets`.

    A packet is IP and what it carries: a link comes round it when it is written. Tests
    change the order of `packets`, leave some out and repeat others.
    """

    def __init__(
        self,
        client: str = "10.0.0.1",
        server: str = "10.0.0.2",
        client_port: int = 40000,
        server_port: int = 8000,
        client_isn: int = 1000,
        server_isn: int = 5000,
    ) -> None:
        self.client = Peer(client, client_port, client_isn)
        self.server = Peer(server, server_port, server_isn)
        self.packets: "List[bytes]" = []

    def other(self, peer: Peer) -> Peer:
        """The one that a peer talks to."""
        return self.server if peer is self.client else self.client

    def segment(
        self,
        sender: Peer,
        payload: bytes = b"",
        flags: int = ACK,
        seq: Optional[int] = None,
        ack: Optional[int] = None,
        window: int = 65535,
    ) -> bytes:
        """A packet that changes nothing: numbers as they stand, or as they are given."""
        to = self.other(sender)
        acked = to.next if flags & ACK else 0
        segment = tcp(
            sender.address,
            to.address,
            sender.port,
            to.port,
            sender.next if seq is None else seq,
            acked if ack is None else ack,
            flags,
            payload,
            window=window,
        )
        wrap = ipv6 if ":" in sender.address else ipv4
        return wrap(segment, sender.address, to.address)

    def send(
        self,
        sender: Peer,
        payload: bytes = b"",
        flags: int = ACK | PSH,
        ack: Optional[int] = None,
    ) -> "Conversation":
        """The next bytes of a peer, in one segment."""
        self.packets.append(self.segment(sender, payload, flags, ack=ack))
        sender.next += len(payload) + bool(flags & SYN) + bool(flags & FIN)
        return self

    def say(self, sender: Peer, payload: bytes, *sizes: int) -> "Conversation":
        """Bytes in segments of these sizes and one for the rest."""
        for size in sizes:
            self.send(sender, payload[:size])
            payload = payload[size:]
        return self.send(sender, payload) if payload else self

    def acknowledge(self, receiver: Peer) -> "Conversation":
        """An ACK of all that the other has sent."""
        return self.send(receiver, flags=ACK)

    def repeat(
        self, sender: Peer, offset: int, payload: bytes, flags: int = ACK | PSH
    ) -> "Conversation":
        """Bytes at a place of a peer's stream, 0 the first; nothing is counted on."""
        seq = sender.isn + 1 + offset
        self.packets.append(self.segment(sender, payload, flags, seq))
        return self

    def open(self) -> "Conversation":
        """The three-way handshake (RFC 9293, section 3.5)."""
        self.send(self.client, flags=SYN)
        self.send(self.server, flags=SYN | ACK)
        return self.acknowledge(self.client)

    def close(self) -> "Conversation":
        """Both send a FIN, the server first."""
        self.send(self.server, flags=FIN | ACK)
        self.send(self.client, flags=FIN | ACK)
        return self.acknowledge(self.server)


def order(packets: Sequence[bytes], *places: int) -> "List[bytes]":
    """Packets by their places; one may be left out or repeated."""
    return [packets[place] for place in places]
