"""A frame comes in, the text of its time column goes out, in any of tshark's forms (-t)."""

from operator import itemgetter
from time import gmtime, localtime, strftime
from typing import Callable, Optional

from fcgidissect.net.frame import Frame
from fcgidissect.text import BILLION

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


def _spans(attribute: str) -> Clock:
    """Spans of time that frames have; of nearly all captures, to the microsecond.

    Their whole seconds are written once while they last.
    """
    value: "Callable[[Frame], int]" = itemgetter(Frame._fields.index(attribute))
    begin, text = -BILLION, ""

    def show(frame: Frame) -> str:
        nonlocal begin, text
        span, digits = value(frame), frame.source.digits
        if span < 0 or digits != 6:
            return _span(span, digits)
        rest = span - begin
        if not 0 <= rest < BILLION:
            rest = span % BILLION
            begin, text = span - rest, "%3d." % (span // BILLION)
        return text + "%06d" % (rest // 1000)

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
            last, text = whole, strftime(form, zone(whole))  # type: ignore[arg-type]
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
