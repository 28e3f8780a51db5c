"""How a turn can end without a figure."""


class BenchmarkError(Exception):
    """The run is worth nothing; the message is for the user."""


class NotInTimeError(Exception):
    """The contestant did not do it within the limit; the message stands in place of figures."""


class TooLateError(Exception):
    """Loading and starting took longer than planned: the instant has passed. Allow for more."""
