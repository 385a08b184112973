"""The reference: what tshark says of a capture."""

import shutil
import subprocess

import pytest

needs_tshark = pytest.mark.skipif(
    shutil.which("tshark") is None,
    reason="needs tshark (apt-get install tshark)",
)


def tshark(*arguments: str, ports: "list[int]") -> str:
    """tshark's standard output with FastCGI decoded on the ports, names unresolved."""
    command = ["tshark", "-n", "-o", "tcp.reassemble_out_of_order:TRUE"]
    for port in ports:
        command += ["-d", f"tcp.port=={port},fcgi"]
    done = subprocess.run([*command, *arguments], capture_output=True, text=True)
    assert done.returncode == 0 or "cut short" in done.stderr, done.stderr
    return done.stdout


def fields(path: str, ports: "list[int]", *names: str) -> "list[list[str]]":
    """A row a frame that holds FastCGI, a cell a field; values of a cell are joined by commas."""
    columns = [part for name in names for part in ("-e", name)]
    text = tshark("-r", path, "-Y", "fcgi", "-T", "fields", *columns, ports=ports)
    return [line.split("\t") for line in text.splitlines()]
