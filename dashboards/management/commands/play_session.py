"""`manage.py play_session CODE --speed 20`: play a past session into its control room, for training. Writes no row of any table."""

from __future__ import annotations

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management import BaseCommand, CommandError
from django.utils import timezone

from dashboards import formats
from dashboards.air.replay import start_replay, stop_replay
from livestreams.models import Session

FASTEST = 1000.0


class Command(BaseCommand):
    """Plays a session and waits until it is over; Ctrl-C ends the replay."""

    help = "Plays a past session (orders, slots, samples) into its control room; writes no ledger entry, mark or sample."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The session's code, how fast, and whether to wait."""
        parser.add_argument("code", help="the session's code")
        parser.add_argument("--speed", type=float, default=20.0, help="how many times as fast as it was (20)")
        parser.add_argument("--no-wait", action="store_true", help="start it and return; it ends by itself")
        parser.add_argument("--stop", action="store_true", help="end the replay that runs")

    def handle(self, *args: Any, **options: Any) -> None:
        """Start, wait, stop."""
        session = Session.objects.filter(code=options["code"]).first()
        if session is None:
            raise CommandError(f"There is no session {options['code']!r}.")
        if options["stop"]:
            stop_replay(session)
            return
        speed = options["speed"]
        if not 0 < speed <= FASTEST:
            raise CommandError(f"--speed is {speed:g}; it must be more than 0 and at most {FASTEST:g}.")
        now = timezone.now()
        if session.actual_start is None or session.end > now:
            raise CommandError(f"{session.code} has not been on air, or still is: only a past session can be played.")
        replay = start_replay(session, speed=speed, now=now)
        self.stdout.write(
            f"{session.code}: {formats.moment(session.start)} to {formats.clock(session.end)}, {speed:g} times as fast,"
            f" {replay.length.total_seconds():.0f} s. Open its control room."
        )
        if options["no_wait"]:
            return
        try:
            while (left := (replay.length - (timezone.now() - now)).total_seconds()) > 0:
                time.sleep(min(left, 1.0))
        except KeyboardInterrupt:
            self.stdout.write("Stopped.")
        finally:
            stop_replay(session)
