"""A frame comes in, the text of its time column goes out, in any of tshark's forms (-t)."""

from operator import itemgetter
from time import gmtime, localtime, strftime
from typing import Callable, Optional

from fcgidissect.net.frame import Frame, Stretch
from fcgidissect.text import BILLION, in_calendar

Clock = Callable[[Frame], str]


def clock(form: str) -> Clock:
    """The time column of a form, a key of tshark's -t; asked for each frame shown once."""
    return {
        "a": _dated("%H:%M:%S", localtime),
        "ad": _dated("%Y-%m-%d %H:%M:%S", localtime),
        "adoy": _dated("%Y/%j %H:%M:%S", localtime),
        "u": _dated("%H:%M:%S", gmtime),
        "ud": _dated("%Y-%m-%d %H:%M:%S", gmtime),
        "udoy": _dated("%Y/%j %H:%M:%S", gmtime),
        "e": _spans("time_epoch"),
        "r": _spans("time_relative"),
        "d": _spans("time_delta"),
        "dd": _since_shown(),
    }[form]


def opening(form: str, show: Clock) -> "Callable[[Stretch, int, bytes], bytes]":
    """What gives number, time and ends of a packet of a stretch, as a line opens with them.

    For spans since the first frame to the microsecond, as the list of nearly every capture
    shows them, no frame is made.

    Args:
        show: the clock of the form; what other lines ask, too, as they follow each other.
    """

    def of_frame(stretch: Stretch, index: int, ends: bytes) -> bytes:
        frame = stretch.frame(index)
        return opened(frame, show(frame), ends)

    def since_first(stretch: Stretch, index: int, ends: bytes) -> bytes:
        since = stretch.packets[index][0] - stretch.first_time
        if since < 0 or stretch.digits != 6:
            return of_frame(stretch, index, ends)
        return b"%5d %3d.%06d %b " % (
            stretch.number + index,
            since // BILLION,
            since % BILLION // 1000,
            ends,
        )

    return since_first if form == "r" else of_frame


def opened(frame: Frame, time: str, ends: bytes) -> bytes:
    """The same of a frame, with the text of its time."""
    return b"%5d %10b %b " % (frame[0], time.encode(), ends)


def _spans(attribute: str) -> Clock:
    """Spans of time that frames have."""
    value: "Callable[[Frame], int]" = itemgetter(Frame._fields.index(attribute))

    def show(frame: Frame) -> str:
        span, digits = value(frame), frame.source.digits
        if span < 0 or digits != 6:
            return _span(span, digits)
        return "%3d.%06d" % (span // BILLION, span % BILLION // 1000)

    return show


def _span(nanoseconds: int, digits: int) -> str:
    """Seconds with the digits of the capture, at least three places before the point."""
    whole, rest = divmod(abs(nanoseconds), BILLION)
    text = "%3s.%09d" % (f"-{whole}" if nanoseconds < 0 else whole, rest)
    return text[: digits - 9 or None] if digits else text[:-10]


def _dated(form: str, zone: "Callable[[float], object]") -> Clock:
    """Dates whose seconds are written once while they last."""
    last, text = -1, ""

    def show(frame: Frame) -> str:
        nonlocal last, text
        whole, rest = divmod(frame.time_epoch, BILLION)
        if whole != last:
            moment = zone(in_calendar(whole))
            last, text = whole, strftime(form, moment)  # type: ignore[arg-type]
        digits = frame.source.digits
        return text + (".%09d" % rest)[: digits + 1] if digits else text

    return show


def _since_shown() -> Clock:
    """Spans since the frame that was shown before."""
    shown: Optional[int] = None

    def show(frame: Frame) -> str:
        nonlocal shown
        before, shown = shown, frame.time_epoch
        since = 0 if before is None else frame.time_epoch - before
        return _span(since, frame.source.digits)

    return show
