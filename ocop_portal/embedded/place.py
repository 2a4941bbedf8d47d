"""Where the services live: under which user, with which programs, data and sockets."""

import hashlib
import os
import pwd
import stat
from dataclasses import dataclass, field
from pathlib import Path

from .binaries import Binaries, copied, installed
from .errors import EmbeddedError
from .launch import FOLDER_CLOSED
from .tied import User, run_tied

SHELTERS = Path("/var/tmp")  # noqa: S108  (make_shelter makes sure of the owner)
# sockaddr_un.sun_path has 108 bytes with its closing zero; the longest name in the folder is PostgreSQL's.
LONGEST_SOCKET_PATH = 107
LONGEST_SOCKET_NAME = ".s.PGSQL.5432"


@dataclass(slots=True)
class Place:
    """Everything a server has to know about where it runs. `user` None: as ourselves."""

    user: User | None
    binaries: Binaries
    data: Path
    sockets: Path
    notices: list[str] = field(default_factory=list)

    def own(self, folder: Path) -> None:
        """Make `folder`, closed to all but the servers' user."""
        folder.mkdir(mode=0o700, exist_ok=True)
        if self.user is not None:
            os.chown(folder, self.user.uid, self.user.gid, follow_symlinks=False)


def find_place(data_dir: Path) -> Place:
    """Decide for `data_dir` (which exists); EmbeddedError when the place under /var/tmp is not ours."""
    shelter = shelter_of(data_dir)
    user = service_user(data_dir, shelter)
    notices = []
    who = user.name if user else "this user"

    data = data_dir
    closed = run_tied(["true"], user=user, folder=data_dir).returncode == FOLDER_CLOSED
    moved_before = (shelter / "postgres/PG_VERSION").exists() and not (data_dir / "postgres").exists()
    if closed or moved_before:
        data = make_shelter(shelter)
        reason = f"may not enter {data_dir}" if closed else "had to use it when it was made"
        notices.append(f"PostgreSQL and Valkey run as {who} and keep their data in {data}: {who} {reason}.")

    binaries = installed()
    if not binaries.runnable_by(user):
        notices.append(f"Their programs were copied to {shelter}: {who} may not run them in {binaries.root}.")
        binaries = copied(binaries, make_shelter(shelter))
        if not binaries.runnable_by(user):
            raise EmbeddedError(f"{who} can run PostgreSQL and Valkey neither in the virtual environment nor in {binaries.root}.")

    sockets = data / "run"
    if len(os.fsencode(sockets / LONGEST_SOCKET_NAME)) > LONGEST_SOCKET_PATH:
        sockets = make_shelter(shelter) / "run"
        notices.append(f"The sockets are in {sockets}: the project's path is too long for them.")

    place = Place(user, binaries, data, sockets, notices)
    place.own(sockets)
    return place


def service_user(data_dir: Path, shelter: Path) -> User | None:
    """Whom root runs the servers as: the owner of data there are, else of the project, else nobody. None when we are not root."""
    if os.geteuid() != 0:
        return None
    for folder in (data_dir / "postgres", shelter / "postgres", data_dir.parent):
        try:
            owner = pwd.getpwuid(folder.stat().st_uid)
        except (FileNotFoundError, KeyError):
            continue
        if owner.pw_uid != 0:
            return User(owner.pw_uid, owner.pw_gid, owner.pw_name)
    try:
        nobody = pwd.getpwnam("nobody")
    except KeyError:
        raise EmbeddedError(
            "PostgreSQL does not run as root and there is no user `nobody`: run as an ordinary user, or set DATABASE_URL."
        ) from None
    return User(nobody.pw_uid, nobody.pw_gid, nobody.pw_name)


def shelter_of(data_dir: Path) -> Path:
    """The folder under /var/tmp that stands in for `data_dir`, for this user."""
    digest = hashlib.sha256(os.fsencode(data_dir.resolve())).hexdigest()[:12]
    return SHELTERS / f"ocop-portal-{os.geteuid()}-{digest}"


def make_shelter(shelter: Path) -> Path:
    """Make it, or make sure that the one that is there is ours: anybody may create a folder under /var/tmp."""
    try:
        shelter.mkdir(mode=0o711)
        shelter.chmod(0o711)
    except FileExistsError:
        pass
    found = shelter.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid() or found.st_mode & 0o022:
        raise EmbeddedError(f"{shelter} is needed for the servers' data but belongs to someone else: remove it.")
    return shelter
