"""llama.cpp needs GNU's OpenMP library, which a fresh machine does not have.

The package pykdtree carries a copy in its wheel, under another name, and is installed for
nothing else. The system's own one is used where that package is not installed.
"""

import importlib.util
from pathlib import Path

PACKAGE = "pykdtree"
NAME = "libgomp.so.1"


def search_path(data_dir: Path) -> dict[str, str]:
    """The variable that makes a child find the bundled library; {} if there is none."""
    bundled = _bundled()
    if bundled is None:
        return {}
    directory = data_dir / "lib"
    directory.mkdir(mode=0o700, exist_ok=True)
    fresh = directory / f"{NAME}.new"
    fresh.unlink(missing_ok=True)
    fresh.symlink_to(bundled)
    fresh.replace(directory / NAME)
    return {"LD_LIBRARY_PATH": str(directory)}


def _bundled() -> Path | None:
    package = importlib.util.find_spec(PACKAGE)
    if package is None or package.origin is None:
        return None
    libraries = Path(package.origin).parent.with_name(f"{PACKAGE}.libs")
    return next(iter(sorted(libraries.glob("libgomp*.so*"))), None)
