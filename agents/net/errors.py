"""Why a request to somebody's URL came to nothing."""


class Refused(ValueError):  # noqa: N818
    """The URL, or an address that it leads to, is not allowed; one sentence says why."""


class Unreachable(Exception):  # noqa: N818
    """No answer that can be used, at least not this time; one sentence says why."""
