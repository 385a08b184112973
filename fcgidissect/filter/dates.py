"""Dates: `2010-07-29 11:44:57.015Z` and the like -> nanoseconds since the epoch."""

import re
from datetime import datetime, timedelta, timezone
from typing import Optional

_TIME = r"(?P<hour>\d{1,2})(?::(?P<minute>\d{2})(?::(?P<second>\d{2})(?:\.(?P<fraction>\d{1,9}))?)?)?"
_ISO = re.compile(
    rf"(?P<year>\d{{4}})-(?P<month>\d{{2}})-(?P<day>\d{{2}})(?:[T ]\s*{_TIME})?"
    r"\s*(?P<zone>Z|UTC|[+-]\d{2}:?\d{2}|[+-]\d{2})?",
    re.ASCII,
)
_LEGACY = re.compile(
    rf"(?P<month>[A-Z][a-z]{{2}}) +(?P<day>\d{{1,2}}), (?P<year>\d{{4}}) {_TIME}\s*(?P<zone>UTC)?",
    re.ASCII,
)
_MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
_NUMBERS = ("year", "day", "hour", "minute", "second")
_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


def date(text: str) -> int:
    """Nanoseconds since 1970; without a zone the time is local.

    Raises:
        ValueError: the text is no date.
    """
    form = _ISO.fullmatch(text) or _LEGACY.fullmatch(text)
    try:
        if form is not None:
            return _nanoseconds(form.groupdict())
    except (ValueError, OverflowError):
        pass
    raise ValueError(f'"{text}" is no date: write it as "2011-07-04 12:34:56.789".')


def _nanoseconds(part: "dict[str, Optional[str]]") -> int:
    number = {name: int(part[name] or 0) for name in _NUMBERS}
    month = part["month"] or ""
    moment = datetime(
        number["year"],
        _MONTHS.index(month) + 1 if month.isalpha() else int(month),
        number["day"],
        number["hour"],
        number["minute"],
        number["second"],
    )
    zone = part["zone"]
    aware = moment.replace(tzinfo=_zone(zone)) if zone else moment.astimezone()
    since = aware - _EPOCH
    seconds = since.days * 86400 + since.seconds
    return seconds * 10**9 + int((part["fraction"] or "").ljust(9, "0"))


def _zone(zone: str) -> timezone:
    if zone in ("Z", "UTC"):
        return timezone.utc
    digits = zone[1:].replace(":", "").ljust(4, "0")
    offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(offset if zone[0] == "+" else -offset)
