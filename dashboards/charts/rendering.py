"""From rows to SVG: the cache in front of the processes that draw."""

from __future__ import annotations

import atexit
import hashlib
import json
import os
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import date
from decimal import Decimal
from functools import cache as once
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.cache import cache
from redis.exceptions import RedisError

from dashboards.charts.errors import ChartRejected, RendererFailed, UnknownChart
from dashboards.charts.pool import ROOT, Pool
from dashboards.charts.sizes import HEIGHTS, THEMES, WIDTHS
from dashboards.charts.sizes import size as size_of

# The first chart also waits for Python, Altair and V8 to start: one to two seconds on a quiet machine.
TIMEOUT = 20.0
KEPT = 24 * 60 * 60

_pool: Pool | None = None
_pool_lock = threading.Lock()


def render(
    name: str, rows: Sequence[Mapping[str, Any]], *, language: str, theme: str = "light", size: str = "wide", timeout: float = TIMEOUT
) -> str:
    """Return the chart `name` over `rows` as SVG text, from the cache if it was drawn before (kept for a day).

    `language` vi or en; `theme` light or dark; `size` wide (960 px), medium (600 px) or narrow (328 px). The keys of the rows
    stand with each declaration. Raises a ChartError (UnknownChart, ChartRejected, RendererFailed) where there is no chart.
    """
    if name not in HEIGHTS or theme not in THEMES or size not in WIDTHS or language not in dict(settings.LANGUAGES):
        raise UnknownChart(f"No chart {name!r} in {language!r}, {theme!r}, {size!r}.")
    width, height = size_of(name, len(rows), size)
    request = {"name": name, "rows": list(rows), "language": language, "theme": theme, "size": size, "width": width, "height": height}
    try:
        line = json.dumps(request, default=_plain, sort_keys=True, allow_nan=False).encode()
    except (TypeError, ValueError) as error:
        raise ChartRejected(f"{name}: {error}") from error
    key = f"chart:{version()}:{hashlib.sha256(line).hexdigest()}"
    svg: str | None = None
    # Without Valkey every chart is drawn anew: slower, and nothing else.
    with suppress(RedisError, OSError):
        svg = cache.get(key)
    if svg is None:
        svg = _draw(name, line, timeout)
        with suppress(RedisError, OSError):
            cache.set(key, svg, KEPT)
    return svg


def _draw(name: str, line: bytes, timeout: float) -> str:
    try:
        answer = json.loads(pool().ask(line, timeout))
    except ValueError as error:
        raise RendererFailed(f"{name}: the answer is not JSON") from error
    if "error" in answer:
        raise ChartRejected(f"{name}: {answer['error']}")
    return str(answer["svg"])


def _plain(value: object) -> object:
    """Days as ISO text and decimals as numbers; anything else is not for a chart."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if hasattr(value, "__html__") or type(value).__name__ == "__proxy__":
        return str(value)  # a lazy translation
    raise TypeError(f"{type(value).__name__} is not a value of a chart")


@once
def version() -> str:
    """What the drawing depends on beside the rows: a release that changes code, colours or words draws anew."""
    digest = hashlib.sha256()
    sources = [*Path(__file__).parent.glob("*.py"), ROOT / "static/css/tokens.css", *(ROOT / "locale").rglob("*.mo")]
    for path in sorted(sources):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def pool() -> Pool:
    """The pool of this process, made when first asked for; `CHART_RENDERERS` in the settings is its size (1)."""
    global _pool  # noqa: PLW0603
    with _pool_lock:
        if _pool is None:
            _pool = Pool(getattr(settings, "CHART_RENDERERS", 1))
        return _pool


def stop() -> None:
    """End the renderers of this process; the next chart starts new ones."""
    if _pool is not None:
        _pool.stop()


def _after_fork() -> None:
    """A forked child (a Celery worker) has the parent's pipes: it lets them go and makes a pool of its own when it needs one."""
    global _pool, _pool_lock  # noqa: PLW0603
    _pool_lock = threading.Lock()
    if _pool is not None:
        _pool.forget()
    _pool = None


atexit.register(stop)
os.register_at_fork(after_in_child=_after_fork)
