"""How long others may keep an answer that says what holds today."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone


def kept_today(most: int) -> str:
    """Cache-Control for everybody: `most` seconds, and never past midnight in Vietnam, when a star may have ended or a price begun."""
    now = timezone.localtime()
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    return f"public, max-age={min(most, int((midnight - now).total_seconds()))}"
