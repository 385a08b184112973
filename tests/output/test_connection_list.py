"""Lines of connections, as a person reads them."""

import pytest

import fcgidissect
from fcgidissect.cli import main
from fcgidissect.output import Settings
from fcgidissect.output.connection_list import ConnectionList
from fcgidissect.registry import Registry
from tests.corpus import CAPTURES


@pytest.mark.parametrize(
    "name, at, parts",
    [
        ("nginx-keepalive", 0, [" requests=8 ", " kept closed by web server after"]),
        ("nginx-pool", 6, [" requests=1 ", " idle=- ", "by application after"]),
        ("nginx-killed", 0, ["closed by application in the answer (RST)"]),
        ("nginx-timeout", 0, ["by web server before the answer (FIN, then RST)"]),
        ("nginx-http-on-port", 0, [" requests=0 ", "[warn: HTTP is spoken on this"]),
        ("midstream-end", 0, [" kept open at the end of the capture"]),
    ],
)
def test_what_stands_in_it(
    capsys: "pytest.CaptureFixture[str]", name: str, at: int, parts: "list[str]"
) -> None:
    path = str(CAPTURES / f"{name}.pcap.gz")
    assert main([path, "-p", "9000", "--by", "connection"]) == 0
    line = capsys.readouterr().out.splitlines()[at]
    for part in parts:
        assert part in line, (part, line)


def test_a_narrow_terminal_still_tells_how_it_ended() -> None:
    path = str(CAPTURES / "nginx-keepalive.pcap.gz")
    rows = list(fcgidissect.read(path, ports=[9000], by="connection"))
    settings = Settings(Registry(), width=lambda: 80)
    assert ConnectionList(settings).rows(rows) == (
        "    1   0.000000 46770 → 9000    8 137.977ms 144.714ms kept closed by web serve…\n"
    )
