"""The time column in each of tshark's forms, with the digits of the capture."""

import pytest

from fcgidissect.options.groups import TIMES
from fcgidissect.output.clock import clock
from tests.corpus import captures
from tests.output.talk import entries_of
from tests.tshark import needs_tshark, tshark

NAMES = ("fcgi.pcap.gz", "nanoseconds.pcap.gz", "comments.pcapng.gz")
CASES = [each for each in captures() if each.name in NAMES]


@needs_tshark
@pytest.mark.parametrize("form", TIMES)
@pytest.mark.parametrize("each", CASES, ids=lambda each: each.name)
def test_times_are_tsharks(form: str, each: "object") -> None:
    path, ports = each.path, each.port_numbers  # type: ignore[attr-defined]
    frames = {row.frame.number: row.frame for row in entries_of(path, ports)}
    show = clock(form)
    column = ("-o", 'gui.column.format:"Number","%m","Time","%t"')
    theirs = tshark("-r", path, "-Y", "fcgi", "-t", form, *column, ports=ports)
    wanted = [line.split(maxsplit=1) for line in theirs.splitlines()]
    ours = [[str(number), show(frame).strip()] for number, frame in frames.items()]
    assert ours and ours == wanted
