"""pytest, run in a process of its own with the plug-in and no other, in a folder."""

import os
import subprocess
import sys
from pathlib import Path

TOY = Path(__file__).parent / "toy"


def run_pytest(folder, *arguments):
    """Run pytest in a folder; the plug-in is named, so that it need not be installed."""
    alone = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    command = [sys.executable, "-m", "pytest", "-p", "mirrortheory.testing.plugin", "-p", "no:cacheprovider", *map(str, arguments)]
    environment = alone | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, env=environment)
