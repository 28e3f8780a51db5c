"""The limit of open files, in processes of their own."""

import resource
import subprocess
import sys

import pytest

HERE = """
import logging, resource, sys
logging.basicConfig(format="%(message)s")
from schedules import open_files
resource.setrlimit(resource.RLIMIT_NOFILE, (int(sys.argv[1]), int(sys.argv[2])))
open_files.allow(int(sys.argv[3]))
print(resource.getrlimit(resource.RLIMIT_NOFILE)[0])
"""


def allowed(soft: int, hard: int, slots: int) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-c", HERE, str(soft), str(hard), str(slots)],
        capture_output=True,
        text=True,
        check=True,
    )
    return int(done.stdout), done.stderr


@pytest.mark.parametrize("hard", [1500, 4096])
def test_it_is_raised_to_what_is_allowed(hard: int) -> None:
    assert allowed(1024, hard, 1000) == (hard, "")


def test_not_without_end() -> None:
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    limit, _ = allowed(1024, most, 1000)
    assert 1024 < limit <= 65_536


def test_it_warns_where_that_is_too_few() -> None:
    limit, said = allowed(256, 512, 1000)
    assert limit == 512
    assert "512 files, too few for 1000 runs" in said
    assert "WORKER_SLOTS" in said
