"""Start a program tied to its parent's life, or cut off from it. Run as a script, not imported.

    launch.py tie PARENT_PID SIGNAL UID GID FOLDER PROGRAM [ARGUMENT…]
    launch.py detach PROGRAM [ARGUMENT…]

It is a program of its own, and not a `preexec_fn`, because its callers may have threads; and it imports nothing of the portal, because it
runs before every server. `tie` becomes UID:GID ("-" keeps them), enters FOLDER ("-" stays) as that user, asks the kernel for SIGNAL at the
parent's death, and becomes PROGRAM under the same process id. Exit status: 124 the parent is gone already, 125 FOLDER is closed to the
user, 126 PROGRAM cannot be run by the user.
"""

import ctypes
import os
import signal
import sys
import warnings  # noqa: F401  (os.execvp imports it late, when Python's own folder may be closed to the new user)

PR_SET_PDEATHSIG = 1
PARENT_GONE, FOLDER_CLOSED, NOT_RUNNABLE = 124, 125, 126


def tie(parent: int, death_signal: int, identity: tuple[str, str], folder: str, command: list[str]) -> int:
    """Become `command`; returns only when that failed."""
    uid, gid = identity
    if uid != "-":
        os.setgroups([])
        os.setgid(int(gid))
        os.setuid(int(uid))
    # After setuid: a change of credentials clears the parent-death signal.
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(PR_SET_PDEATHSIG, death_signal, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_PDEATHSIG)")
    # The parent may have died before the request: then nobody would ever send the signal.
    if os.getppid() != parent:
        return PARENT_GONE
    if folder != "-":
        try:
            os.chdir(folder)
        except OSError as error:
            print(error, file=sys.stderr)
            return FOLDER_CLOSED
    return become(command)


def default_signals() -> None:
    """Have the program hear what it is sent.

    Python ignores SIGPIPE, a shell has what it starts with `&` ignore SIGINT and SIGQUIT, and callers may block signals. A worker that
    ignores the signal of its parent's death, because it has no handler of its own yet, would stay for ever.
    """
    for number in (signal.SIGPIPE, signal.SIGINT, signal.SIGQUIT, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_SETMASK, [])


def become(command: list[str]) -> int:
    """Exec; returns only when that failed."""
    try:
        os.execvp(command[0], command)  # noqa: S606
    except OSError as error:
        print(f"{command[0]}: {error}", file=sys.stderr)
        return NOT_RUNNABLE


def main(arguments: list[str]) -> int:
    """Dispatch on the first word."""
    default_signals()
    if arguments[0] == "detach":
        if os.fork():
            return 0
        os.setsid()
        return become(arguments[1:])
    _, parent, death_signal, uid, gid, folder, *command = arguments
    return tie(int(parent), int(death_signal), (uid, gid), folder, command)


if __name__ == "__main__":
    # _exit: nothing here is worth an interpreter's shutdown, and the detached half must not run it twice.
    sys.stderr.flush()
    os._exit(main(sys.argv[1:]))
