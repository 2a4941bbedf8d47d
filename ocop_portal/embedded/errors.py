"""What can go wrong with the embedded services."""


class EmbeddedError(RuntimeError):
    """An embedded service could not be started or kept running; the message is one a person can act on."""
