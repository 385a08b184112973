"""What a flow says of a plain frame's ends is what the frame's layers say."""

from functools import lru_cache
from typing import List, Tuple

import pytest

from fcgidissect.entry import NOUNS, Entry
from fcgidissect.fields import fields_of
from fcgidissect.net.ends import ENDS, is_plain
from fcgidissect.registry import Access, Registry, access_of
from tests.corpus import Capture, captures
from tests.output.talk import entries_of

PLAIN = {
    "fcgi.pcap.gz",
    "ipv6.pcap.gz",
    "any.pcap.gz",
    "made-sll.pcap.gz",
    "made-sll2.pcap.gz",
}
NEVER = {
    *("ipip.pcap.gz", "gre.pcap.gz", "made-vlan.pcap.gz"),
    *("6in4.pcap.gz", "made-raw.pcap.gz", "made-ipv4-options.pcap.gz"),
    *("made-vxlan.pcap.gz", "made-null.pcap.gz", "ipip-fragments.pcap.gz"),
}


@lru_cache(1)
def ways() -> "List[Tuple[Access, Access]]":
    """Each field of the ends, as the registry has it and by layers alone."""
    by_layers = {
        field.name: access_of(noun, field, attribute)
        for noun in NOUNS
        for attribute, field in fields_of(noun)
        if field.name in ENDS
    }
    found = [(Registry().find(name), access) for name, access in by_layers.items()]
    return [(short, long) for short, long in found if short is not None]


def said(access: Access, entry: Entry) -> "tuple[list[object], list[list[object]]]":
    return list(access.get(entry)), [list(layer) for layer in access.layers(entry)]


@pytest.mark.parametrize("capture", captures(), ids=lambda capture: capture.name)
def test_both_ways_agree(capture: Capture) -> None:
    assert len(ways()) == len(ENDS)
    entries = entries_of(capture.path, capture.port_numbers)
    for entry in entries:
        for short, long in ways():
            assert said(short, entry) == said(long, entry), short.field.name
    plain = {is_plain(entry.frame, entry.flow) for entry in entries}
    if capture.name in PLAIN:
        assert True in plain
    if capture.name in NEVER:
        assert plain == {False}
