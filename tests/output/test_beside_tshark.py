"""Beside tshark, on every committed capture: fields, -E, -t, PSML, PDML's places, ek's names.

A frame is one row of tshark's, whose cells hold the values of all its records; ours are put
together alike. What differs is listed below with its reason, and has to differ.
"""

import json
import os
import re
import xml.etree.ElementTree as xml
from collections import Counter, defaultdict
from concurrent.futures import Future, ThreadPoolExecutor
from functools import lru_cache
from typing import Any, Iterator, NamedTuple

import pytest

from fcgidissect.entry import Entry
from fcgidissect.output import Settings, writer
from fcgidissect.output.clock import clock
from fcgidissect.registry import Registry
from fcgidissect.text import escape
from tests.corpus import Capture, captures
from tests.output.talk import entries_of
from tests.tshark import needs_tshark, tshark

SETS = [
    "frame.number fcgi.type",
    "frame.number fcgi.version fcgi.type fcgi.id",
    "fcgi.content.length fcgi.padding.length",
    "fcgi.content.data",
    "fcgi.padding.data frame.number",
    "fcgi.begin_request.role fcgi.begin_request.flags fcgi.begin_request.keep_conn",
    "fcgi.end_request.app_status fcgi.end_request.protocol_status",
    "fcgi.nv_name",
    "frame.time",
    "frame.time_epoch frame.time_relative frame.time_delta",
    "frame.len frame.cap_len",
    "frame.protocols",
    "eth.src eth.dst eth.addr eth.type",
    "ip.src ip.dst ip.addr ip.version",
    "ip.ttl ip.proto ip.len ip.id",
    "tcp.srcport tcp.dstport tcp.port tcp.stream",
    "tcp.len tcp.seq tcp.seq_raw tcp.ack tcp.ack_raw",
    "tcp.hdr_len tcp.flags tcp.window_size_value",
    "tcp.flags.syn tcp.flags.fin tcp.flags.reset",
    "tcp.flags.push tcp.flags.ack tcp.flags.urg",
]
NAMES = list(dict.fromkeys(name for names in SETS for name in names.split()))
TIMES = {
    "a": "%At",
    "ad": "%Yt",
    "adoy": "%YDOYt",
    "d": "%Tt",
    "dd": "%Gt",
    "e": "%t",
    "r": "%Rt",
    "u": "%Aut",
    "ud": "%Yut",
    "udoy": "%YDOYut",
}
"""Form of -t -> Wireshark's column of it, with -t e for the one that obeys that."""
LIST = {
    "No.": "%m",
    "Source": "%s",
    "Destination": "%d",
    "Protocol": "%p",
    "Length": "%L",
    "Info": "%i",
}
"""The columns of PSML."""
COLUMNS = {**TIMES, **LIST}
NEXT, MORE = "\x1e", "\x1f"
"""Separator and aggregator, which no value holds."""
AHEAD = 4
"""Captures about which tshark is asked while the tests of one run."""


KEYS = {
    "header": "y",
    "bom": "y",
    "quote": "d",
    "separator": NEXT,
    "aggregator": MORE,
    "occurrence": "a",
}
"""The keys of -E."""


# What tshark says


def ask(each: Capture) -> "dict[str, str]":
    names = [word for name in NAMES for word in ("-e", name)]
    shown = [word for name in COLUMNS for word in ("-e", f"_ws.col.{name}")]
    once = {**KEYS, "occurrence": occurrence_of(each)}
    titled = ",".join(f'"{name}","{code}"' for name, code in COLUMNS.items())
    columns = ("-t", "e", "-o", f"gui.column.format:{titled}")
    read, ports = ("-r", each.path, "-Y", "fcgi", "-T"), each.port_numbers
    return {
        "fields": tshark(
            *read, "fields", *columns, *names, *shown, *set_to(KEYS), ports=ports
        ),
        "once": tshark(*read, "fields", *names, *set_to(once), ports=ports),
        "pdml": tshark(*read, "pdml", ports=ports),
        "ek": tshark(*read, "ek", ports=ports),
    }


def set_to(keys: "dict[str, str]") -> "list[str]":
    return [word for key in keys.items() for word in ("-E", "=".join(key))]


def occurrence_of(each: Capture) -> str:
    """The first or the last; one half of the captures each."""
    return "fl"[len(each.name) % 2]


ALL = captures()
POOL = ThreadPoolExecutor(os.cpu_count())


@lru_cache(2 * AHEAD)
def asked(at: int) -> "Future[dict[str, str]]":
    return POOL.submit(ask, ALL[at])


def theirs(each: Capture, what: str) -> str:
    """What tshark says of a capture; it is asked about the next ones meanwhile."""
    at = ALL.index(each)
    for ahead in range(at, min(at + AHEAD, len(ALL))):
        asked(ahead)
    return asked(at).result()[what]


@pytest.fixture(scope="module", params=ALL, ids=lambda each: each.name)
def each(request: pytest.FixtureRequest) -> Capture:
    """Each capture, for all tests before the next one."""
    found: Capture = request.param
    return found


@lru_cache(1)
def rows_of(each: Capture) -> "dict[int, list[Entry]]":
    """Our records by the frame in which they end."""
    rows: "dict[int, list[Entry]]" = defaultdict(list)
    for row in entries_of(each.path, each.port_numbers):
        rows[row.frame.number].append(row)
    return rows


def cells(text: str, width: int) -> "Iterator[list[str]]":
    """Lines apart; tshark prints a line break in a value as it is."""
    line = ""
    for part in text.split("\n"):
        line = f"{line}\n{part}" if line else part
        if line.count(NEXT) == width - 1:
            yield [escape(cell).replace(r"\x1f", MORE) for cell in line.split(NEXT)]
            line = ""


class Frame(NamedTuple):
    """What tshark says of a frame in one line."""

    fields: "dict[str, str]"
    columns: "dict[str, str]"


@lru_cache(1)
def frames_of(each: Capture) -> "dict[int, Frame]":
    _, *lines = cells(theirs(each, "fields"), len(NAMES) + len(COLUMNS))
    said = [
        Frame(dict(zip(NAMES, line)), dict(zip(COLUMNS, line[len(NAMES) :])))
        for line in lines
    ]
    return {int(frame.fields["frame.number"].strip('"')): frame for frame in said}


# What differs, and why

ALONE = "tshark decodes each PARAMS record by itself: pairs over two records are lost"
BEHIND = "... and what is behind them, too"
TYPED = "the body of an unknown type's answer is told by its own field, not as data"
CUT = "tshark shows nothing of a content that the capture has in part"
LATER = "of bytes sent twice and differing tshark takes the later ones"
VERSION_6 = "ip.version is a field of IPv4's header here"
OFFLOADED = "tshark reckons with the frame's length where the header says 0"
LENGTH = "what stands there is the length of an 802.3 frame"
STACK = "tshark names a stack of labels once"
DIFFERING = {
    **dict.fromkeys(
        (
            *("cgi-fcgi-libfcgi", "multiplex", "split-pair", "split-pair-php-fpm"),
            *("h2o-split-pair", "h2o-php-fpm", "padding-client"),
        ),
        {"fcgi.nv_name": ALONE},
    ),
    "cgi-fcgi-split-pair": {"fcgi.nv_name": ALONE, "fcgi.padding.data": BEHIND},
    **dict.fromkeys(
        ("unknown-type", "unknown-type-in-request"), {"fcgi.content.data": TYPED}
    ),
    **dict.fromkeys(("snaplen", "snaplen-loopback"), {"fcgi.content.data": CUT}),
    "made-overlap-differing": {"fcgi.content.data": LATER},
    **dict.fromkeys(
        (
            *("ipv6", "6in4", "made-raw", "made-null", "made-ipv6", "made-ip-in-ip"),
            *("made-ipv6-extensions", "made-ipv6-fragments"),
        ),
        {"ip.version": VERSION_6},
    ),
    **dict.fromkeys(
        ("made-total-length-zero", "made-large-frame"), {"ip.len": OFFLOADED}
    ),
    "made-snap": {"eth.type": LENGTH},
    "made-mpls": {"frame.protocols": STACK},
}
"""Capture -> field -> why it differs. Frames whose records differ are left out here:
tests/test_captures.py lists them, each with its reason."""


@lru_cache(2)
def merged(each: Capture, occurrence: str = "a") -> "dict[int, dict[str, str]]":
    """Our cells of all records of a frame as one row, of each frame that tshark shows."""
    keys = {**KEYS, "occurrence": occurrence}
    made = writer("fields", Settings(Registry(), fields=NAMES, keys=keys))
    rows = rows_of(each)
    return {
        number: together(made.rows(rows[number]), occurrence)
        for number in sorted(rows.keys() & frames_of(each).keys())
    }


def together(text: str, occurrence: str) -> "dict[str, str]":
    """The lines of one frame's records as one row."""
    lines = [line.split(NEXT) for line in text.split("\n")[:-1]]
    pick = {"a": MORE.join, "f": lambda texts: texts[0], "l": lambda texts: texts[-1]}
    row = {}
    for at, name in enumerate(NAMES):
        texts = [line[at].strip('"') for line in lines if line[at]]
        texts = texts if name.startswith("fcgi.") else texts[:1]
        row[name] = f'"{pick[occurrence](texts)}"' if texts else ""
    return row


def same_records(each: Capture) -> "list[int]":
    """Frames in which tshark finds the same records."""
    frames, head = frames_of(each), ("fcgi.type", "fcgi.id", "fcgi.content.length")
    return [
        number
        for number, ours in merged(each).items()
        if all(ours[name] == frames[number].fields[name] for name in head)
    ]


def stem(each: Capture) -> str:
    return each.name.partition(".")[0]


def differing(frame: "dict[str, str]", ours: "dict[str, str]") -> "set[str]":
    """Fields of which a frame has other cells."""
    found = set()
    for name, text in frame.items():
        text = re.sub("(:fcgi)+", ":fcgi", text)  # tshark's is that of all records
        if ours[name] != text:
            found.add(name)
    return found


@needs_tshark
def test_fields(each: Capture) -> None:
    """Each set of fields; a header, a mark, quotes, separator, aggregator."""
    found: "set[str]" = set()
    for number in same_records(each):
        found |= differing(frames_of(each)[number].fields, merged(each)[number])
    assert found == set(DIFFERING.get(stem(each), {}))
    first = theirs(each, "fields").partition("\n")[0]
    made = writer("fields", Settings(Registry(), fields=NAMES, keys=KEYS))
    assert first.startswith(made.start().rstrip("\n") + NEXT)


@needs_tshark
def test_one_occurrence(each: Capture) -> None:
    """The first or the last value of each field in a frame."""
    _, *lines = cells(theirs(each, "once"), len(NAMES))
    frames = {line[0].strip('"'): dict(zip(NAMES, line)) for line in lines}
    ours, found = merged(each, occurrence_of(each)), set()
    for number in same_records(each):
        found |= differing(frames[str(number)], ours[number])
    assert found <= set(DIFFERING.get(stem(each), {}))


@needs_tshark
def test_times(each: Capture) -> None:
    """Each form of -t, of each frame that both show."""
    rows, frames = rows_of(each), frames_of(each)
    both = sorted(rows.keys() & frames.keys())
    for form in TIMES:
        if form == "dd" and rows.keys() != frames.keys():
            continue  # it counts from the frame shown before
        show = clock(form)
        ours = [f'"{show(rows[number][0].frame).strip()}"' for number in both]
        assert ours == [frames[number].columns[form] for number in both], form


REMARK = re.compile(r"\[[^]]*\]( , )?")
"""What tshark's Info says of a frame besides its records."""


@needs_tshark
def test_psml(each: Capture) -> None:
    """The columns of each record; tshark's have one Info for all records of a frame."""
    made = writer("psml", Settings(Registry()))
    for number in same_records(each):
        text = f"<psml>{made.rows(rows_of(each)[number])}</psml>"
        table = [[str(cell.text) for cell in packet] for packet in xml.fromstring(text)]
        columns = frames_of(each)[number].columns
        *wanted, info = [columns[name].strip('"') for name in LIST]
        assert ", ".join(line[-1] for line in table) == REMARK.sub("", info)
        assert all(line[:1] + line[2:-1] == wanted for line in table)


# PDML


def placed(
    text: str, protocols: "tuple[str, ...]" = ("fcgi.",)
) -> "dict[str, Counter[tuple[str, ...]]]":
    """Frame -> (name, position, size, show) of each field of some protocols in it."""
    found: "dict[str, Counter[tuple[str, ...]]]" = defaultdict(Counter)
    for packet in xml.fromstring(text).iter("packet"):
        number = packet.findall(".//field[@name='num']")[0].attrib["show"]
        for field in packet.iter("field"):
            if field.attrib["name"].startswith(protocols):
                parts = [field.attrib.get(key, "") for key in ("pos", "size", "show")]
                found[number][(field.attrib["name"], *parts)] += 1
    return found


TOGETHER = """places count from a record's own first byte here where it was put together of
segments or fragments, held back, or found again behind a gap; tshark counts from the first byte of all
that it put together there"""
PLACED = {
    *("lighttpd-upload", "snaplen", "snaplen-loopback", "midstream-stdout"),
    *("midstream-stdin", "ring-2", "ring-3", "reorder-web", "reorder-app"),
    *("ipip-fragments", "made-ipv4-fragments", "made-mid-stream"),
    *("made-ipv4-fragments-shuffled", "made-ipv4-fragments-overlapping"),
    *("made-ipv6-fragments", "made-out-of-order", "made-overlap-differing"),
    "made-ack-before-data",
}
"""Captures in which places differ: `TOGETHER`."""


@needs_tshark
def test_places_in_pdml(each: Capture) -> None:
    """Position, size and value of each FastCGI field that tshark has."""
    made = writer("pdml", Settings(Registry(), only=frozenset({"fcgi"})))
    rows = [row for number in same_records(each) for row in rows_of(each)[number]]
    ours, wanted = placed(made.start() + made.rows(rows) + "</pdml>"), placed(
        theirs(each, "pdml")
    )
    listed = DIFFERING.get(stem(each), {})
    differing = {
        field[0]
        for number in ours
        for field in (wanted[number] - ours[number]) + (ours[number] - wanted[number])
        if field[0] in {name for name, *_ in wanted[number]} and field[0] not in listed
    }
    assert bool(differing) == (stem(each) in PLACED), differing


BITS = "bits stand where the bytes are that hold them, not in one of these"
ENDS = "both ends of something stand where the first one does"
RELATIVE = "what is reckoned from a number of the header takes no bytes"
OF_STREAM = "what is known of the stream takes no bytes of a frame"
ELSEWHERE = {
    "tcp.hdr_len": BITS,
    **{
        f"tcp.flags.{bit}": BITS
        for bit in ("syn", "fin", "reset", "push", "ack", "urg")
    },
    **dict.fromkeys(("eth.addr", "ip.addr", "ipv6.addr", "tcp.port"), ENDS),
    **dict.fromkeys(("tcp.seq", "tcp.ack"), RELATIVE),
    **dict.fromkeys(
        ("tcp.segment", "tcp.segment.count", "tcp.reassembled.length"), OF_STREAM
    ),
    **dict.fromkeys(
        ("tcp.analysis.retransmission", "tcp.analysis.out_of_order"), OF_STREAM
    ),
}
"""Field -> why PDML has another place for it than tshark."""
LAYERS = ("eth.", "vlan.", "ip.", "ipv6.", "tcp.")


@needs_tshark
def test_places_of_the_layers_above_in_pdml(each: Capture) -> None:
    """Position, size and value of each field of a frame's own layers."""
    made = writer("pdml", Settings(Registry()))
    rows = [rows_of(each)[number][0] for number in same_records(each)]
    ours = placed(made.start() + made.rows(rows) + "</pdml>", LAYERS)
    wanted = placed(theirs(each, "pdml"), LAYERS)
    found = {
        field[0]
        for number in ours
        for field in ours[number] - wanted[number]
        if field[0] in {name for name, *_ in wanted[number]}
    }
    assert found <= ELSEWHERE.keys() | DIFFERING.get(stem(each), {}).keys()


def documents(text: str) -> "dict[str, Counter[tuple[str, str]]]":
    """Frame -> (key, value) of each FastCGI field in it."""
    found: "dict[str, Counter[tuple[str, str]]]" = defaultdict(Counter)
    for line in text.splitlines()[1::2]:
        layers = json.loads(line)["layers"]
        number = layers["frame"]["frame_frame_number"]
        fcgi: Any = layers.get("fcgi", [])
        for layer in fcgi if isinstance(fcgi, list) else [fcgi]:
            for key, values in layer.items():
                for value in values if isinstance(values, list) else [values]:
                    found[number][key, str(value)] += 1
    return found


@needs_tshark
def test_names_and_values_in_ek(each: Capture) -> None:
    made = writer("ek", Settings(Registry()))
    rows = [row for number in same_records(each) for row in rows_of(each)[number]]
    ours, wanted = documents(made.rows(rows)), documents(theirs(each, "ek"))
    listed = [name.replace(".", "_") for name in DIFFERING.get(stem(each), {})]
    for number in ours:
        lacking = {key for key, _ in wanted[number] - ours[number]}
        assert not lacking - {"text"} - {f"fcgi_{name}" for name in listed}
