"""The lines of two halves: in which order they go out, and how wide."""

from fcgidissect.halves.half import Lines
from fcgidissect.halves.merge import Records, Requests
from fcgidissect.limits import Limits


def lines(*places: int, oldest: int = 0, width: int = 0) -> Lines:
    """Lines that tell their place."""
    texts = [b"%d\n" % place for place in places]
    return Lines(texts, list(places), [width] * len(texts), oldest)


def test_records_go_out_by_frame() -> None:
    """Those of one frame are of one half, and stay as they are."""
    assert Records().merged(lines(1, 4, 4, 9), lines(2, 3, 8)) == [
        b"%d\n" % place for place in (1, 2, 3, 4, 4, 8, 9)
    ]


def test_requests_wait_for_the_oldest_of_both_halves() -> None:
    merging = Requests()
    assert merging.merged(lines(5, 2, oldest=9), lines(4, oldest=3)) == [b"2\n"]
    assert merging.merged(lines(oldest=9), lines(3, oldest=5)) == [b"3\n", b"4\n"]
    assert merging.merged(lines(9, oldest=99), lines(oldest=99)) == [b"5\n", b"9\n"]


def test_not_too_many_requests_wait() -> None:
    merging = Requests(Limits(held_rows=2))
    assert merging.merged(lines(5, 6, 7, oldest=1), lines(oldest=1)) == [b"5\n"]


def line(ends: str, width: int, place: int = 1) -> Lines:
    text = f"{ends} FCGI_STDIN id=1\n".encode()
    return Lines([text + text], [place], [width], 0)


def test_a_line_becomes_as_wide_as_the_widest_before_it() -> None:
    merging = Records()
    wide = "    2 2026-11-30 10:00:00 10.0.0.100:40000 → 10.0.0.2:8000   "
    [first, second] = merging.merged(
        line(wide, 16, place=2),
        line("    1 2026-11-30 10:00:00  10.0.0.1:1 → 10.0.0.2:80", 11),
    )
    assert first.startswith(b"    1 2026-11-30 10:00:00  10.0.0.1:1 ")
    assert second.decode() == f"{wide} FCGI_STDIN id=1\n" * 2
    [third] = merging.merged(
        line("    3 2026-11-30 10:00:00  10.0.0.1:1 → 10.0.0.2:80", 11), lines()
    )
    assert (
        third.decode()
        == "    3 2026-11-30 10:00:00       10.0.0.1:1 → 10.0.0.2:80      FCGI_STDIN id=1\n"
        * 2
    )


def test_a_dump_stays_as_it_is() -> None:
    wide = line("    1 0.0 10.0.0.100:40000 → 10.0.0.2:8000   ", 16)
    dumped = line("    2 0.0  10.0.0.1:1 → 10.0.0.2:80", 11, place=2)
    dump = b"0000  01 01 00 01 00 08 00 00  ........\n"
    dumped.texts[0] += dump
    [_, text] = Records().merged(wide, dumped)
    assert text.endswith(dump) and len(text) == len(dumped.texts[0]) + 2 * 2 * 5
