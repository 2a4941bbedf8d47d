"""What WhiteNoise says beside a static file."""

from __future__ import annotations

from wsgiref.headers import Headers


def add_headers(headers: Headers, _path: str, url: str) -> None:
    """The trace page's worker answers for pages above its own folder, which a browser allows only if the file itself says so."""
    if url.startswith("/static/js/trace-worker."):
        headers["Service-Worker-Allowed"] = "/"
