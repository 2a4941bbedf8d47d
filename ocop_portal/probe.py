"""Health checks of the containers: `python -m ocop_portal.probe web` and `… beat FILE`. Exit status 0 means healthy.

The worker is asked by Celery itself (`celery inspect ping`). Imports nothing of Django: it runs every half minute.
"""

import http.client
import os
import sys
import time
from pathlib import Path

# Beat writes its schedule every three minutes, and when it starts.
BEAT_SECONDS = 600.0


def web_is_healthy() -> bool:
    """Whether the web server of this container says 200 under the first name it answers to."""
    host = os.environ.get("ALLOWED_HOSTS", "localhost").split(",")[0].strip()
    port = int(os.environ.get("GRANIAN_PORT", "8000"))
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/healthz", headers={"Host": host, "X-Forwarded-Proto": "https"})
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def beat_is_healthy(schedule: Path) -> bool:
    """Whether beat has written its schedule lately; Python's dbm may add `.db`, `.dat` … to the name."""
    written = [path.stat().st_mtime for path in schedule.parent.glob(f"{schedule.name}*")]
    return bool(written) and time.time() - max(written) < BEAT_SECONDS


def main(arguments: list[str]) -> int:
    """Entry point."""
    match arguments:
        case ["web"]:
            healthy = web_is_healthy()
        case ["beat", schedule]:
            healthy = beat_is_healthy(Path(schedule))
        case _:
            print(__doc__, file=sys.stderr)
            return 2
    return 0 if healthy else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
