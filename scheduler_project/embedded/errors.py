"""The one exception of this package."""


class EmbeddedError(RuntimeError):
    """An embedded server cannot run here; the message is one sentence for the user."""
