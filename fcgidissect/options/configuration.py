"""Ini files come in, what they set goes out: ports, columns, colours, macros, secrets.

There may be one in the platform's folder for configurations and one where the call is made,
which wins where both say something; both are named fcgidissect.ini:

    [fcgidissect]
    ports = 9000, 9010-9019
    redact = patient, X-Api-Key

    [columns]
    record = frame.number, time, fcgi.type_name, info
    request = time, fcgi.response.status, fcgi.request.uri

    [colours]
    web_server = bright_blue

    [macros]
    failed = fcgi.response.status >= 500 or fcgi.end_request.app_status != 0
    from = ip.src == $1
"""

import os
import sys
from argparse import ArgumentTypeError
from typing import (
    Any,
    Callable,
    Dict,
    Iterator,
    Mapping,
    NamedTuple,
    Optional,
    Sequence,
)

from fcgidissect.errors import UsageError
from fcgidissect.options.values import listed, ports

NAME = "fcgidissect.ini"
Sections = Dict[str, Dict[str, Any]]
"""Section -> key -> value."""


class Configuration(NamedTuple):
    """What stands for options that a call does not name."""

    ports: Sequence[int] = ()
    redact: Sequence[str] = ()
    """Names of more secrets to redact."""
    columns: "Mapping[str, Sequence[str]]" = {}
    """What a row is -> the columns of its list."""
    colours: "Mapping[str, str]" = {}
    """Name of a style -> its look in rich's words."""
    macros: "Mapping[str, str]" = {}
    """Name of a macro of filters -> its text."""


def read(path: Optional[str] = None) -> Configuration:
    """What is configured.

    Args:
        path: of a file to read instead of those in their places; "" for none.

    Raises:
        UsageError: a file cannot be read, or says what cannot be.
    """
    if path is None:
        paths = [each for each in places() if os.path.isfile(each)]
    else:
        paths = [path] if path else []
    made: Sections = {}
    for each in paths:
        for section, values in _values(each).items():
            made.setdefault(section, {}).update(values)
    return Configuration(
        **made.get("fcgidissect", {}),
        columns=made.get("columns", {}),
        colours=made.get("colours", {}),
        macros=made.get("macros", {}),
    )


def places() -> "Iterator[str]":
    """Where a file may be, the one that wins last."""
    home = os.path.expanduser("~")
    if sys.platform == "win32":
        folder = os.environ.get("APPDATA") or os.path.join(home, "AppData", "Roaming")
    elif sys.platform == "darwin":
        folder = os.path.join(home, "Library", "Application Support")
    else:
        folder = os.environ.get("XDG_CONFIG_HOME") or os.path.join(home, ".config")
    yield os.path.join(folder, "fcgidissect", NAME)
    yield NAME


def _readers() -> "Dict[str, Dict[str, Callable[[str], Any]]]":
    """Section -> key -> what reads its value."""
    from fcgidissect.output import BY
    from fcgidissect.output.styles import THEME, look

    return {
        "fcgidissect": {"ports": ports, "redact": listed},
        "columns": {row: listed for row in BY},
        "colours": {style: look for style in THEME},
        "macros": _AnyName(str),
    }


class _AnyName(Dict[str, Callable[[str], Any]]):
    """The keys of a section whose user names them: all have one reader."""

    def __init__(self, reader: "Callable[[str], Any]") -> None:
        self.reader = reader

    def __contains__(self, _: object) -> bool:
        return True

    def __missing__(self, _: str) -> "Callable[[str], Any]":
        return self.reader


def _values(path: str) -> Sections:
    """What a file says."""
    readers = _readers()
    made: Sections = {}
    for section, said in _sections(path).items():
        known = _known(path, "section", section, readers)
        made[section] = {
            key: _value(path, key, text, _known(path, "key", key, known))
            for key, text in said.items()
        }
    return made


def _known(path: str, what: str, name: str, known: "Mapping[str, Any]") -> Any:
    if name not in known:
        names = ", ".join(known)
        raise UsageError(f"{path}: there is no {what} {name}, but {names}")
    return known[name]


def _value(path: str, key: str, text: str, reader: "Callable[[str], Any]") -> Any:
    try:
        return reader(text)
    except ArgumentTypeError as error:
        raise UsageError(f"{path}: {key}: {error}") from error


def _sections(path: str) -> "Dict[str, Dict[str, str]]":
    """The sections of a file."""
    from configparser import ConfigParser, Error

    parser = ConfigParser(interpolation=None, default_section="")
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    try:
        with open(path, encoding="utf-8") as file:
            parser.read_file(file)
    except OSError as error:
        raise UsageError(f"{path}: {(error.strerror or str(error)).lower()}") from error
    except (Error, UnicodeDecodeError) as error:
        reason = str(error).replace("\n", " ")
        raise UsageError(f"{path}: is no ini file: {reason}") from error
    return {name: dict(parser[name]) for name in parser.sections()}
