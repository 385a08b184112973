"""Captures from real servers: a kind and a scale in, a file and what tshark finds in it out.

wrk asks a web server, which asks php-fpm; tcpdump, as root, listens between the two, on loopback.
What is started here is ended here, whatever happens.
"""

import os
import re
import socket
import subprocess
import time
from contextlib import ExitStack, closing
from fractions import Fraction
from http.client import HTTPConnection
from pathlib import Path
from subprocess import DEVNULL, Popen
from tempfile import TemporaryDirectory
from typing import Callable, Sequence

from tests.bench import servers
from tests.bench.cache import Capture
from tests.bench.jobs import OUT_OF_ORDER
from tests.bench.kinds import PACKETS
from tests.bench.programs import PORT, tshark

CLIENTS = (8, 4, 2, 1)
"""How many ask at once: fewer where tcpdump was too slow for more."""
BUFFER_KIB = 256 << 10
"""What the kernel keeps for tcpdump while that writes."""
START, END = 10, 300
"""Seconds that a program has to start, and a capture to be full."""


class NotRecorded(Exception):
    """A capture cannot be recorded here, and why."""


def record(kind: str, folder: Path, path: Path, scale: Fraction) -> Capture:
    """A recorded capture; raises NotRecorded."""
    programs = (servers.SERVERS[kind].program, "php-fpm", "wrk", "tcpdump", "tshark")
    if missing := [name for name in programs if not servers.found(name)]:
        raise NotRecorded(f"not installed: {', '.join(missing)}")
    packets = int(PACKETS * scale)
    for clients in CLIENTS:
        lost = captured(kind, path, packets, clients)
        if not lost:
            return counted(path, packets)
    raise NotRecorded(f"tcpdump has lost {lost} packets of a single client")


def captured(kind: str, path: Path, packets: int, clients: int) -> int:
    """Records so many packets; gives how many were lost."""
    if listens(PORT):
        raise NotRecorded(f"port {PORT}, which php-fpm needs, is taken")
    with TemporaryDirectory() as name, ExitStack() as running:
        folder, port = Path(name), free_port()
        folder.chmod(0o755)
        fpm, web = servers.commands(kind, folder, port)
        log = folder / "tcpdump.log"
        start(running, fpm, folder / "fpm.log", lambda: listens(PORT))
        tcpdump = start(
            running, caught(path, packets), log, lambda: "listening" in log.read_text()
        )
        start(running, web, folder / "web.log", lambda: listens(port))
        if (status := answered(port)) != 200:
            raise NotRecorded(f"the web server answers {status}")
        start(running, asked(folder, port, clients), folder / "wrk.log", lambda: True)
        try:
            tcpdump.wait(END)
        except subprocess.TimeoutExpired:
            raise NotRecorded(f"no {packets} packets in {END} s") from None
        return dropped(log.read_text())


def caught(path: Path, packets: int) -> "list[str]":
    """tcpdump's command: it ends by itself."""
    told = f"-n -i lo -B {BUFFER_KIB} -c {packets} -w".split()
    return [servers.found("tcpdump"), *told, str(path), f"tcp port {PORT}"]


def asked(folder: Path, port: int, clients: int) -> "list[str]":
    """wrk's command: it goes on for longer than tcpdump may."""
    told = f"-t1 -c{clients} -d{2 * END} -s {folder / 'site.lua'}".split()
    return [servers.found("wrk"), *told, f"http://127.0.0.1:{port}"]


def dropped(said: str) -> int:
    """How many packets tcpdump says that it has lost."""
    found = re.search(r"(\d+) packets? dropped by kernel", said)
    if not found:
        raise NotRecorded(f"tcpdump says {last(said)}")
    return int(found[1])


def start(
    running: ExitStack, command: Sequence[str], log: Path, ready: Callable[[], bool]
) -> "Popen[bytes]":
    """Starts a program that ends with the stack, and waits until it is ready."""
    own = {"HOME": str(log.parent), "PATH": os.defpath}
    with open(log, "wb") as said:
        process = running.enter_context(
            Popen(command, stdin=DEVNULL, stdout=said, stderr=said, env=own)
        )
    running.callback(process.terminate)
    late = time.monotonic() + START
    while not ready():
        if process.poll() is not None or time.monotonic() > late:
            name = Path(command[0]).name
            raise NotRecorded(f"{name} does not start: {last(log.read_text())}")
        time.sleep(0.02)
    return process


def last(said: str) -> str:
    """The last two lines as one: what was wrong stands in either."""
    return " ".join(said.strip().splitlines()[-2:]) or "nothing"


def listens(port: int) -> bool:
    """Whether a server is there."""
    with socket.socket() as asking:
        return asking.connect_ex(("127.0.0.1", port)) == 0


def free_port() -> int:
    """A port on which nothing listens."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


def answered(port: int) -> int:
    """The status of an answer."""
    with closing(HTTPConnection("127.0.0.1", port, timeout=START)) as asking:
        asking.request("GET", "/articles/1?id=0")
        return asking.getresponse().status


def counted(path: Path, packets: int) -> Capture:
    """What tshark finds: a record that is cut off where the capture ends is none."""
    columns = f"{OUT_OF_ORDER} -T fields -e tcp.stream -e fcgi.type"
    done = subprocess.run(
        tshark(str(path), columns), check=True, capture_output=True, text=True
    )
    rows = [line.split("\t") for line in done.stdout.splitlines()]
    types = [type for _, cell in rows for type in cell.split(",") if type]
    return Capture(
        path=str(path),
        packets=packets,
        bytes=path.stat().st_size,
        records=len(types),
        requests=types.count("1"),
        connections=len({stream for stream, _ in rows}),
    )
