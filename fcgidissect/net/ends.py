"""A frame and its flow in, addresses, ports and stream out, without reading the layers.

Nearly every frame is TCP directly over one IP header without options, so that its headers
say of the two ends what its flow says.
"""

from typing import Any, Callable, Sequence

from fcgidissect.net.flow import Flow
from fcgidissect.net.frame import Frame
from fcgidissect.net.usual import ETHERTYPE, PART, TCP, VERSION_AND_LENGTH, looks

_IPV4, _IPV6 = 12, 36
"""Bytes of a flow's key."""


def _of(key: int, flow: Flow, *addresses: bytes) -> "tuple[bytes, ...]":
    return addresses if len(flow.key) == key else ()


ENDS: "dict[str, Callable[[Flow], Sequence[Any]]]" = {
    "ip.src": lambda flow: _of(_IPV4, flow, flow.source),
    "ip.dst": lambda flow: _of(_IPV4, flow, flow.destination),
    "ip.addr": lambda flow: _of(_IPV4, flow, flow.source, flow.destination),
    "ipv6.src": lambda flow: _of(_IPV6, flow, flow.source),
    "ipv6.dst": lambda flow: _of(_IPV6, flow, flow.destination),
    "ipv6.addr": lambda flow: _of(_IPV6, flow, flow.source, flow.destination),
    "tcp.srcport": lambda flow: (flow.source_port,),
    "tcp.dstport": lambda flow: (flow.destination_port,),
    "tcp.port": lambda flow: (flow.source_port, flow.destination_port),
    "tcp.stream": lambda flow: (flow.number,),
}
"""Field -> its values in a flow, and in a plain frame of it; empty for the other IP."""

_PLAIN = {
    (link_type, key): (ethertype, look)
    for key, ethertype, network in (
        (_IPV4, ETHERTYPE, "BxxxxxHxBxx12s"),
        (_IPV6, 0x86DD, "BxxxHBx36s"),
    )
    for link_type, (_, look) in looks(network).items()
}
"""Link type and a key's length -> the EtherType, and what is read of a frame: that, the
first byte of the IP header, where it lies in a datagram (IPv4), its protocol, the key."""


def is_plain(frame: Frame, flow: Flow) -> bool:
    """Whether the first headers of a frame are those of a segment of the flow.

    False as well where it takes more than a look to tell.
    """
    ours = flow.key
    wanted, plain = _PLAIN.get((frame.source.link_type, len(ours)), (0, None))
    if plain is None or frame.cap_len < plain.size:
        return False
    ethertype, first, part, protocol, key = plain.unpack_from(frame.data, frame.start)
    if key != ours or protocol != TCP or ethertype != wanted:
        return False
    usual = first == VERSION_AND_LENGTH and not part & PART
    return usual if wanted == ETHERTYPE else first >> 4 == 6
