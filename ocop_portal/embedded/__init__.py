"""PostgreSQL 18 and Valkey 8 out of their wheels, under a small supervisor of our own; imports nothing of Django.

A detached *keeper* per data folder runs both servers. Every process that uses them holds a shared flock on a lease file; the keeper
tries for the exclusive lock, and when it gets it nobody is left: it stops both and exits. So a killed client gives its lease back with
its life, and a killed keeper takes its servers with it (parent-death signal).
"""

from .client import ensure_services, keeper_error, release_services
from .endpoints import Endpoints
from .errors import EmbeddedError
from .servers import Servers, scratch_servers

__all__ = ["EmbeddedError", "Endpoints", "Servers", "ensure_services", "keeper_error", "release_services", "scratch_servers"]
