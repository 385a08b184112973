"""Both ends of flows stand under each other, in columns that grow with what they hold."""

from fcgidissect.limits import Limits
from fcgidissect.net.flow import Conversations, Flow
from fcgidissect.net.segment import Segment
from fcgidissect.output.ends import Ends


def flows(source: str, port: int) -> "tuple[Flow, Flow]":
    """Both directions of a connection to 10.0.0.2 port 8000."""
    one, other = (bytes(map(int, each.split("."))) for each in (source, "10.0.0.2"))
    ports = port.to_bytes(2, "big"), (8000).to_bytes(2, "big")
    key = one + other + b"".join(ports)
    every = Conversations(lambda source, destination: True)
    flow = every.flow(Segment(key, 0, 0, 2, b"", 0, 0, 0))
    assert isinstance(flow, Flow)
    return flow, flow.peer


SHORT, LONG = flows("10.0.0.1", 1), flows("192.168.100.100", 40000)


def test_they_have_room_for_a_usual_end() -> None:
    there, back = map(Ends().text, SHORT)
    assert there == "     10.0.0.1:1 → 10.0.0.2:8000  "
    assert back == "  10.0.0.2:8000 → 10.0.0.1:1     "


def test_they_grow_and_then_stay() -> None:
    ends = Ends()
    before = ends.text(SHORT[0])
    assert ends.text(LONG[0]) == "192.168.100.100:40000 → 10.0.0.2:8000        "
    assert ends.text(SHORT[0]) == "           10.0.0.1:1 → 10.0.0.2:8000        "
    assert len(ends.text(SHORT[0])) == len(before) + 12


def test_ports_stand_for_addresses_where_it_is_narrow() -> None:
    assert [Ends(narrow=True).text(each) for each in LONG] == [
        "40000 → 8000 ",
        " 8000 → 40000",
    ]


def test_those_that_do_not_grow_tell_how_wide_they_would_be() -> None:
    ends = Ends()
    ends.grow = False
    rows = [Row(flow) for flow in (*SHORT, *LONG)]
    assert ends.widths(rows) == [15] * 4, "none is known to be wider yet"
    assert len(ends.of(LONG[0])) > len(ends.of(SHORT[0]))
    assert ends.widths(rows) == [15, 15, 21, 21]
    ends.widen(21)
    assert ends.text(SHORT[0]) == "           10.0.0.1:1 → 10.0.0.2:8000        "


class Row:
    """What has a flow."""

    def __init__(self, flow: Flow) -> None:
        self.flow = flow


def test_few_are_remembered() -> None:
    ends = Ends()
    for port in range(Limits().memo + 2):
        ends.of(flows("10.0.0.1", port % 65536)[0])
    assert len(ends._encoded) <= Limits().memo + 2
