"""Statistics of a capture through the real command line, for tests."""

import io
import json
from contextlib import redirect_stderr, redirect_stdout
from typing import Any, Dict, List, Tuple

from fcgidissect.cli import main
from tests.corpus import CAPTURES

Row = Dict[str, Any]


def said(*arguments: str) -> "Tuple[int, str, str]":
    """Exit status, standard output and standard error of a call."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        status = main(arguments)
    return status, out.getvalue(), err.getvalue()


def path(name: str) -> str:
    """A committed capture."""
    return str(CAPTURES / f"{name}.pcap.gz")


def tables(name: str, statistic: str, *more: str, port: str = "9000") -> "List[Any]":
    """The objects of a statistic of a capture."""
    status, out, err = said(path(name), "-p", port, "--json", "-z", statistic, *more)
    assert (status, err) == (0, "")
    found: "List[Any]" = json.loads(out)
    return found


def rows(name: str, statistic: str, *more: str, port: str = "9000") -> "List[Row]":
    """The rows of its one table."""
    (table,) = tables(name, statistic, *more, port=port)
    found: "List[Row]" = table["rows"]
    return found
