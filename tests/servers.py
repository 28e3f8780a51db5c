"""A pytest plugin: the servers that the tests need, once for each process that runs tests.

They run on a temporary directory, unless DATABASE_URL and REDIS_URL name others. Processes of
xdist do not share them: a transaction of one would hold up what others wait for, as the ids of
transactions are those of a whole PostgreSQL, whichever database they are in.
"""

import atexit
import os
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from scheduler_project import embedded

# Names those of our servers that whoever ran the tests gave none for; xdist's workers inherit it.
OWN = "TESTS_OWN_SERVERS"


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests() -> Iterator[None]:
    """Before pytest-django reads the settings: a wrapper comes before everything else."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        # Whoever started us in the background had it ignored; our children must hear it.
        signal.signal(signal.SIGINT, signal.default_int_handler)
    # On a machine with too much to do a test may stand still in its transaction for seconds.
    os.environ.setdefault("IDLE_IN_TRANSACTION_SECONDS", "60")
    # All tests come from one address.
    for name in ("REQUESTS", "ANONYMOUS_REQUESTS", "SIGN_INS"):
        os.environ.setdefault(f"{name}_PER_MINUTE", "0")
    missing = [name for name in ("DATABASE_URL", "REDIS_URL") if not os.environ.get(name)]
    own = os.environ.setdefault(OWN, " ".join(missing))
    if own:
        start(database="DATABASE_URL" in own, redis="REDIS_URL" in own)
    return (yield)


def start(*, database: bool, redis: bool) -> None:
    """Start them now and stop them, also after Ctrl-C, when this process ends."""
    directory = Path(tempfile.mkdtemp(prefix="agent-scheduler-tests-"))
    if os.geteuid() == 0:
        # PostgreSQL runs as another account then, and has to pass.
        directory.chmod(0o711)
    atexit.register(embedded.erase, directory)
    services = embedded.start(directory, database=database, redis=redis, model=False, durable=False)
    atexit.register(services.stop)
    os.environ.update(services.environment)
    # What a test leaves in the data directory goes with it.
    os.environ["DATA_DIR"] = str(directory)
