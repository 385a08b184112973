"""The programs that are compared: arguments and a capture in, commands out."""

import shlex
import shutil
import sys
from pathlib import Path

PORT = 8000
SCAPY_PASS = """
import sys
from scapy.utils import RawPcapReader
for packet in RawPcapReader(sys.argv[1]):
    pass
"""


def installed() -> str:
    """Our own program: that of this Python, else the first on the path."""
    beside = Path(sys.executable).with_name("fcgidissect")
    return (
        str(beside) if beside.exists() else shutil.which("fcgidissect") or beside.name
    )


def ours(program: str, path: str, arguments: str = "", output: str = "") -> "list[str]":
    """Our command."""
    return [program, "-r", path, *shlex.split(arguments.format(output=output))]


def tshark(path: str, arguments: str = "", output: str = "") -> "list[str]":
    """tshark's command: names unresolved, FastCGI decoded."""
    decoded = ["tshark", "-n", "-d", f"tcp.port=={PORT},fcgi", "-r", path]
    return [*decoded, *shlex.split(arguments.format(output=output))]


def floors(path: str) -> "dict[str, list[str]]":
    """What no reader of a capture can be faster than, by name."""
    return {
        "cat": ["cat", path],
        "tcpdump -w": ["tcpdump", "-n", "-r", path, "-w", "/dev/null"],
        "tcpdump": ["tcpdump", "-n", "-r", path],
        "Scapy's raw reader": [sys.executable, "-c", SCAPY_PASS, path],
    }
