"""The list: what a line says of each type, how it is cut, that nothing in it acts."""

from pathlib import Path

import pytest

from captures.make import records
from fcgidissect.capture import open_capture
from fcgidissect.dissect import Dissector
from fcgidissect.output import Settings
from fcgidissect.output.styles import Styles
from fcgidissect.output.summary import Summary, cells, cut
from fcgidissect.registry import Registry
from tests.output.talk import ANSWERS, ASKS, capture, entries

HEADER = b"Status: 404 Not Found\r\nContent-Type: text/html\r\n\r\n"
EVIL = "/\x1b]0;x\x07[bold red]\u202egpj\0\n   1   0.0 forged" + "x" * 10_000


def lines(tmp_path: Path, *said: "tuple[str, bytes]", **given: object) -> "list[str]":
    path = tmp_path / "talk.pcap"
    path.write_bytes(capture(list(said)))
    settings = Settings(Registry())._replace(**given)  # type: ignore[arg-type]
    return Summary(settings).rows(entries(str(path))).splitlines()


@pytest.mark.parametrize(
    "who, said, wanted",
    [
        (ASKS, records.begin(1), "FCGI_BEGIN_REQUEST id=1 len=8     RESPONDER"),
        (
            ASKS,
            records.begin(1, role=3, flags=1),
            "FCGI_BEGIN_REQUEST id=1 len=8     FILTER keep-conn",
        ),
        (
            ASKS,
            records.get_values("FCGI_MPXS_CONNS"),
            "FCGI_GET_VALUES    id=0 len=17    FCGI_MPXS_CONNS",
        ),
        (
            ANSWERS,
            records.get_values_result({"FCGI_MPXS_CONNS": "0"}),
            "FCGI_GET_VALUES_RESULT id=0 len=18    FCGI_MPXS_CONNS=0",
        ),
        (
            ANSWERS,
            records.unknown_type(99),
            "FCGI_UNKNOWN_TYPE  id=0 len=8     type 99",
        ),
    ],
)
def test_a_record_alone(tmp_path: Path, who: str, said: bytes, wanted: str) -> None:
    (line,) = lines(tmp_path, (who, said))
    assert line.startswith("    4   0.003000 ")
    assert line.endswith(wanted)


def test_a_request_from_begin_to_end(tmp_path: Path) -> None:
    asked = {"QUERY_STRING": "", "REQUEST_METHOD": "GET", "REQUEST_URI": "/a?b=\u00e9"}
    found = lines(
        tmp_path,
        (ASKS, records.begin(7) + records.params(7, asked) + records.stdin(7)),
        (ANSWERS, records.stderr(7, b"PHP Notice:\tx\r\n")),
        (ANSWERS, records.stdout(7, HEADER[:20])),
        (ANSWERS, records.stdout(7, HEADER[20:] + b"body") + records.end(7, 3, 0)),
    )
    there = "  10.0.0.1:40000 → 10.0.0.2:8000   "
    back = "   10.0.0.2:8000 → 10.0.0.1:40000  "
    assert found == [
        f"    4   0.003000{there}FCGI_BEGIN_REQUEST id=7 len=8     RESPONDER",
        f"    4   0.003000{there}FCGI_PARAMS        id=7 len=53    GET /a?b=\u00e9",
        f"    4   0.003000{there}FCGI_PARAMS        id=7 len=0",
        f"    4   0.003000{there}FCGI_STDIN         id=7 len=0",
        f"    5   0.004000{back}FCGI_STDERR        id=7 len=15    PHP Notice:\\tx",
        f"    6   0.005000{back}FCGI_STDOUT        id=7 len=20",
        f"    7   0.006000{back}FCGI_STDOUT        id=7 len=34    404 text/html",
        f"    7   0.006000{back}FCGI_END_REQUEST   id=7 len=8     3.000 ms"
        " REQUEST_COMPLETE app_status=3 [note: the application ended with status 3]",
    ]


@pytest.mark.parametrize("cut_at", range(1, 60))
def test_method_and_uri_in_the_record_that_completes_them(
    tmp_path: Path, cut_at: int
) -> None:
    pairs = records.pairs(
        {"REQUEST_METHOD": "GET", "A" * 200: "b" * 130, "REQUEST_URI": "/x"}
    )
    parts = [pairs[:cut_at], pairs[cut_at:]]
    said = [records.record(records.PARAMS, 1, part) for part in parts]
    found = lines(tmp_path, (ASKS, records.begin(1) + b"".join(said)))
    assert "/x" not in found[1]
    assert found[2].endswith("GET /x")


def test_the_last_of_two_values_counts(tmp_path: Path) -> None:
    pairs = records.pairs(
        [("REQUEST_URI", "/a"), ("REQUEST_METHOD", "GET"), ("REQUEST_URI", "/b")]
    )
    said = records.begin(1) + records.record(records.PARAMS, 1, pairs)
    assert lines(tmp_path, (ASKS, said))[1].endswith("GET /b")


def test_a_pair_inside_a_value_is_no_pair(tmp_path: Path) -> None:
    forged = records.pair("REQUEST_URI", "/forged").decode()
    asked = {"REQUEST_METHOD": "GET", "REQUEST_URI": "/true", "HTTP_COOKIE": forged}
    said = records.begin(1) + records.params(1, asked)
    assert lines(tmp_path, (ASKS, said))[1].endswith("GET /true")


@pytest.mark.parametrize("columns", (None, 60, 80, 200))
def test_nothing_of_a_capture_acts_on_a_terminal(
    tmp_path: Path, columns: "int | None"
) -> None:
    asked = {"REQUEST_METHOD": "GET", "REQUEST_URI": EVIL}
    said = records.begin(1) + records.params(1, asked)
    width = None if columns is None else lambda: columns
    found = lines(tmp_path, (ASKS, said), width=width)
    assert len(found) == 3
    assert all(line.isprintable() for line in found)
    if columns is None:
        assert r"GET /\x1b]0;x\x07[bold red]\u202egpj\0\n   1" in found[1]
        assert len(found[1]) > 10_000
    else:
        assert columns - 1 <= len(found[1]) <= columns


def test_a_terminal_gets_styles_and_narrow_columns(tmp_path: Path) -> None:
    styles = Styles({"web_server": "<"}, {"web_server": ">"})
    (line,) = lines(tmp_path, (ASKS, records.begin(1)), width=lambda: 80, styles=styles)
    assert line == ("    4   0.003000 40000 → 8000  <BEGIN_REQUEST> id=1 RESPONDER")


@pytest.mark.parametrize(
    "texts, width, wanted",
    [
        (["abc", "def"], 7, ["abc", "def"]),
        (["abc", "def"], 6, ["abc", "d…"]),
        (["abc", "def"], 4, ["abc"]),
        (["中中中"], 5, ["中中…"]),
        (["中中中"], 4, ["中…"]),
    ],
)
def test_cut(texts: "list[str]", width: int, wanted: "list[str]") -> None:
    pieces = [("", text) for text in texts]
    kept = [text for _, text in cut(pieces, width)]
    assert kept == wanted
    assert cells(" ".join(kept)) <= width


def test_ends_grow_and_then_stay(tmp_path: Path) -> None:
    path = tmp_path / "talk.pcap"
    path.write_bytes(capture([(ASKS, records.begin(1)), (ANSWERS, records.end(1))]))
    found = Summary(Settings(Registry())).rows(entries(str(path))).splitlines()
    assert len({line.index("→") for line in found}) == 1
    assert len({line.index("FCGI_") for line in found}) == 1


def test_the_lines_of_a_shape_are_put_together_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    params = {"REQUEST_METHOD": "GET", "REQUEST_URI": "/", "QUERY_STRING": ""}
    asked = {
        "nothing": params,
        "the same twice": [*params.items(), ("QUERY_STRING", "")],
        "a remark": [*params.items(), ("QUERY_STRING", "a")],
    }
    said = [(ASKS, records.request(1, each)) for each in asked.values()] * 4
    answer = ANSWERS, records.response(1, b"Status: 200\r\n\r\n")
    path = tmp_path / "talk.pcap"
    path.write_bytes(capture([each for pair in said for each in (pair, answer)]))
    made: "list[object]" = []
    form = Summary._form

    def counted(self: Summary, *told: object) -> bytes:
        made.append(told)
        return form(self, *told)  # type: ignore[arg-type]

    monkeypatch.setattr(Summary, "_form", counted)
    dissector = Dissector(frozenset((8000,)), flights=True)
    with open_capture(str(path)) as batches:
        rows = [row for batch in batches for row in dissector.feed(batch)]
    lines = Summary(Settings(Registry())).rows(rows)
    assert lines.count("GET /") == 12 and lines.count("[note: QUERY_STRING") == 4
    assert len(made) == 3  # two of questions, one of answers
