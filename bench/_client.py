"""A client for one server on this machine: so many connections at once, each asks for the next address as soon as it has its answer.

    python -m bench._client PORT CONNECTIONS FILE < requests

One thread, prepared requests, no parsing beyond status and length: on two cores it must cost little beside the server. `requests` holds
one path a line; FILE the header lines to send with each. Prints JSON: seconds, statuses, latencies in milliseconds (sorted), broken
(connections that ended without an answer; the path is asked for again).
"""

from __future__ import annotations

import json
import select
import socket
import sys
import time
from pathlib import Path


class Connection:
    """A connection and the answer that is coming in."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.received = bytearray()
        self.length = -1
        self.path = b""
        self.began = 0.0


def whole(one: Connection) -> bool:
    """Whether the answer is complete; takes its length from the header."""
    if one.length < 0:
        end = one.received.find(b"\r\n\r\n")
        if end < 0:
            return False
        head = bytes(one.received[:end]).lower()
        start = head.index(b"content-length:") + 15
        line = head.find(b"\r\n", start)
        one.length = end + 4 + int(head[start : line if line > 0 else None])
    return len(one.received) >= one.length


def main() -> None:
    """Ask for everything; see the module."""
    port, connections = int(sys.argv[1]), int(sys.argv[2])
    headers = Path(sys.argv[3]).read_bytes()
    paths = sys.stdin.buffer.read().split()
    waiting = list(reversed(paths))
    statuses: dict[str, int] = {}
    latencies: list[float] = []
    broken = 0
    poll = select.epoll()
    open_ones: dict[int, Connection] = {}

    def ask(one: Connection) -> None:
        one.received.clear()
        one.length = -1
        one.path = waiting.pop()
        one.began = time.perf_counter()
        one.socket.sendall(b"GET " + one.path + b" HTTP/1.1\r\n" + headers + b"\r\n")

    def connect() -> None:
        one = Connection(port)
        open_ones[one.socket.fileno()] = one
        poll.register(one.socket.fileno(), select.EPOLLIN)
        ask(one)

    def close(one: Connection) -> None:
        poll.unregister(one.socket.fileno())
        del open_ones[one.socket.fileno()]
        one.socket.close()

    began = time.perf_counter()
    for _ in range(min(connections, len(paths))):
        connect()
    while open_ones:
        for number, _event in poll.poll():
            one = open_ones[number]
            try:
                more = one.socket.recv(262_144)
            except OSError:
                more = b""
            if not more:
                broken += 1
                waiting.append(one.path)
                close(one)
                connect()
                continue
            one.received += more
            if whole(one):
                latencies.append((time.perf_counter() - one.began) * 1000)
                status = one.received[9:12].decode()
                statuses[status] = statuses.get(status, 0) + 1
                if waiting:
                    ask(one)
                else:
                    close(one)
    seconds = time.perf_counter() - began
    print(json.dumps({"seconds": seconds, "statuses": statuses, "latencies": sorted(latencies), "broken": broken}))


if __name__ == "__main__":
    main()
