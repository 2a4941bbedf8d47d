"""Telling people something: `send` for what may be kept, `send_secret` for a code or a link that may not."""

from accounts.messages.services import send, send_secret

__all__ = ["send", "send_secret"]
