"""What a process may use that opens a file which anybody may have made: more than that ends this process, and not the web server."""

from __future__ import annotations

import resource


def limit_resources(*, memory: int, seconds: int) -> None:
    """Bound memory (bytes of address space) and processor time of this process, and let it leave no core behind."""
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
