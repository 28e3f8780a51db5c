"""The machine line: what the figures hold for."""

import os
import platform
import re
from importlib.metadata import version
from pathlib import Path

from benchmarks.servers import Servers


def machine_line(servers: Servers, packages: tuple[str, ...]) -> str:
    """Processor, memory and the versions of all that takes part."""
    gibibytes = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    hardware = f"{_processor()}, {os.cpu_count()} cores, {gibibytes:.0f} GiB"
    versions = [f"{package} {version(package)}" for package in packages]
    return "; ".join(
        [hardware, f"Python {platform.python_version()}", *servers.versions(), *versions]
    )


def _processor() -> str:
    model = re.search(r"^model name\s*:\s*(.+)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    return model[1] if model else platform.machine()
