"""The generated client is that of the API as it is."""

import filecmp
import subprocess
from pathlib import Path

from tests.acceptance.database import ROOT

COMMITTED = ROOT / "client/agent_scheduler_client"


def files(root: Path) -> set[str]:
    return {
        str(path.relative_to(root))
        for path in root.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def test_making_it_anew_changes_nothing(tmp_path: Path) -> None:
    made = tmp_path / "agent_scheduler_client"
    subprocess.run([ROOT / "bin/client", made], check=True, capture_output=True)
    assert files(made) == files(COMMITTED)
    _, other, missing = filecmp.cmpfiles(made, COMMITTED, files(made), shallow=False)
    assert (other, missing) == ([], []), "run bin/client"
