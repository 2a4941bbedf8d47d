"""Where the embedded services are reached."""

from dataclasses import dataclass
from urllib.parse import quote

from .errors import EmbeddedError

DATABASE = "ocop"
OWNER = "ocop"
POSTGRES_PORT = "5432"


@dataclass(frozen=True, slots=True)
class Endpoints:
    """Addresses of the running services; the part that was not asked for raises `EmbeddedError` when read."""

    socket_dir: str | None
    """Absolute folder of PostgreSQL's Unix socket."""
    valkey_socket: str | None
    """Absolute path of Valkey's Unix socket."""

    @property
    def database(self) -> dict[str, str]:
        """NAME, USER, HOST and PORT as Django's DATABASES and libpq understand them (ENGINE is the caller's)."""
        if self.socket_dir is None:
            raise EmbeddedError("The embedded PostgreSQL was not asked for.")
        return {"NAME": DATABASE, "USER": OWNER, "HOST": self.socket_dir, "PORT": POSTGRES_PORT}

    @property
    def database_url(self) -> str:
        """The same as a libpq URL, `postgres:///ocop?host=…&user=ocop` (host is percent-encoded)."""
        return f"postgres:///{DATABASE}?host={quote(self.database['HOST'])}&user={OWNER}&port={POSTGRES_PORT}"

    @property
    def redis_path(self) -> str:
        """Absolute path of Valkey's socket."""
        if self.valkey_socket is None:
            raise EmbeddedError("The embedded Valkey was not asked for.")
        return self.valkey_socket

    @property
    def redis_url(self) -> str:
        """URL for redis-py and Django's cache: `unix:///…` (path percent-encoded)."""
        return f"unix://{quote(self.redis_path)}"

    @property
    def broker_url(self) -> str:
        """URL for Celery's transport, which wants another scheme than redis-py: `redis+socket:///…`."""
        return f"redis+socket://{quote(self.redis_path)}"
