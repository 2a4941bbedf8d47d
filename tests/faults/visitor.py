"""Somebody who takes a file in by the pages of a real web server, and keeps trying when it goes away."""

from __future__ import annotations

import http.client
import re
import secrets
import socket
from collections.abc import Mapping
from pathlib import Path
from threading import Thread
from typing import Self

from django.utils import timezone

from tests.mortal import PATIENCE
from tests.ocop_portal.service_clients import wait_for
from tests.orders.busy_shop import Export

GONE = (OSError, http.client.HTTPException)


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
    return port


def answers(port: int) -> bool:
    """Whether the web server there answers."""
    try:
        return _ask(port, "GET", "/", {}, b"")[0] < 500
    except GONE:
        return False


def _ask(port: int, method: str, path: str, headers: Mapping[str, str], body: bytes) -> tuple[int, str]:
    """Status and where it leads."""
    link = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        link.request(method, path, body, dict(headers))
        answer = link.getresponse()
        answer.read()
        return answer.status, answer.getheader("Location") or ""
    finally:
        link.close()


class Visitor:
    """A browser with a session cookie."""

    def __init__(self, port: int, session: str, shop: int) -> None:
        self._port = port
        self._shop = shop
        self._token = secrets.token_hex(16)
        self._cookie = f"sessionid={session}; csrftoken={self._token}"

    def upload(self, export: Export) -> int:
        """Post the file; the run's id. Raises one of GONE where the server goes away meanwhile."""
        exported_at = timezone.localtime(export.exported_at).strftime("%Y-%m-%dT%H:%M")
        fields = {"csrfmiddlewaretoken": self._token, "shop": str(self._shop), "exported_at": exported_at}
        status, location = self._post("/intake/new/", fields, export.path)
        assert status == 302, status
        (run,) = re.findall(r"/intake/(\d+)/", location)
        return int(run)

    def confirm(self, run: int) -> None:
        """Confirm the run; a second time does no harm."""
        status, _ = self._post(f"/intake/{run}/confirm/", {"csrfmiddlewaretoken": self._token})
        assert status == 302, status

    def _post(self, address: str, fields: Mapping[str, str], file: Path | None = None) -> tuple[int, str]:
        edge = secrets.token_hex(16)
        parts = [f'Content-Disposition: form-data; name="{name}"\r\n\r\n{value}'.encode() for name, value in fields.items()]
        if file is not None:
            head = f'Content-Disposition: form-data; name="file"; filename="{file.name}"\r\nContent-Type: text/csv\r\n\r\n'
            parts.append(head.encode() + file.read_bytes())
        body = b"".join(b"--%s\r\n%s\r\n" % (edge.encode(), part) for part in parts) + b"--%s--\r\n" % edge.encode()
        headers = {"Content-Type": f"multipart/form-data; boundary={edge}", "Cookie": self._cookie}
        return _ask(self._port, "POST", address, headers, body)


class Uploading:
    """A file on its way by the pages, in a thread; whether it was confirmed before the server went away."""

    def __init__(self, visitor: Visitor, export: Export) -> None:
        self._visitor, self._export = visitor, export
        self._thread = Thread(target=self._take_in)
        self.confirmed = False

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._thread.join(PATIENCE)
        wait_for(lambda: not self._thread.is_alive(), PATIENCE)

    def _take_in(self) -> None:
        try:
            self._visitor.confirm(self._visitor.upload(self._export))
        except GONE:
            return
        self.confirmed = True
