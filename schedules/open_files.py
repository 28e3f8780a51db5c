"""How many files a worker may have open: each model call under way is one."""

import logging
import resource

logger = logging.getLogger(__name__)

ENOUGH = 65_536
# Besides a connection for each run: PostgreSQL, Redis, logs, tools.
OF_ITS_OWN = 200


def allow(slots: int) -> None:
    """Raise this process's limit, as far as it may, for so many runs at once.

    The usual one, 1,024, is from the days of select(2). Warns if it stays too low.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = ENOUGH if hard == resource.RLIM_INFINITY else min(hard, ENOUGH)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
        soft = wanted
    if soft != resource.RLIM_INFINITY and soft < slots + OF_ITS_OWN:
        logger.warning(
            "This process may open %d files, too few for %d runs at once: raise the limit "
            "(ulimit -n), or lower WORKER_SLOTS.",
            soft,
            slots,
        )
