"""The machine line: what the figures hold for."""

import os
import platform
import re
from importlib.metadata import version
from pathlib import Path


def machine_line(*parts: str) -> str:
    """Processor, memory, Python, and what else takes part, in the given words."""
    gibibytes = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    hardware = f"{_processor()}, {os.cpu_count()} cores, {gibibytes:.0f} GiB"
    return "; ".join([hardware, f"Python {platform.python_version()}", *parts])


def versioned(package: str) -> str:
    """An installed package with its version."""
    return f"{package} {version(package)}"


def _processor() -> str:
    model = re.search(r"^model name\s*:\s*(.+)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    return model[1] if model else platform.machine()
