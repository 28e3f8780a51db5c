"""Packages that exist for one test: files in a directory on sys.path, with their entry points."""

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from agents import functions, runners, tools
from agents.errors import ErrorType
from agents.registry import Registry


@contextmanager
def installed(
    directory: Path, module: str, code: str, entry_points: str
) -> Iterator[pytest.MonkeyPatch]:
    """A package of one module, as pip would have left it, known to all registries."""
    (directory / f"{module}.py").write_text(code)
    about = directory / f"{module}-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {module}\nVersion: 1.0\n")
    (about / "entry_points.txt").write_text(entry_points)
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(directory))
        patch.setattr(runners, "_registry", fresh("runner", runners.OWN))
        patch.setattr(runners, "_loaded", {})
        patch.setattr(tools, "registry", fresh("tool", tools.OWN))
        functions._registry.cache_clear()
        yield patch
    functions._registry.cache_clear()
    sys.modules.pop(module, None)


def fresh(kind: str, own: Mapping[str, str]) -> Registry:
    """A registry that has not looked for packages yet."""
    return Registry(kind, own, ErrorType.UNKNOWN_RUNNER)
