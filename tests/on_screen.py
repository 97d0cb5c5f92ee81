"""Tests run once more on a real screen: a virtual one, of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ON_SCREEN = "OPACITY_STUDIO_ON_SCREEN"
"""Set in the environment of tests that run there."""


def run_on_screen(file: Path, chosen: str, tmp_path: Path, *, size: str, timeout: float) -> None:
    """Run the tests of `file` that `chosen` (pytest's ``-k``) names under Xvfb; they must pass.

    Parameters
    ----------
    size
        Of the screen, as in ``1920x1080``.
    timeout
        Seconds.
    """
    if shutil.which("Xvfb") is None:
        pytest.skip(f"no Xvfb here: {file.name} ran without a screen only")
    environment = {
        **{k: v for k, v in os.environ.items() if not k.startswith("QT_")},
        "QT_QPA_PLATFORM": "xcb",
        ON_SCREEN: "1",
    }
    reading, writing = os.pipe()
    with subprocess.Popen(
        ["Xvfb", "-displayfd", str(writing), "-screen", "0", f"{size}x24"],
        pass_fds=[writing],
        stderr=subprocess.DEVNULL,
    ) as screen:
        os.close(writing)
        try:
            with os.fdopen(reading) as numbers:
                environment["DISPLAY"] = f":{numbers.readline().strip()}"
            done = subprocess.run(
                [
                    *(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(file)),
                    *("-k", chosen, "--basetemp", str(tmp_path / "on-screen")),
                ],
                env=environment,
                capture_output=True,
                text=True,
                timeout=timeout,
                check=False,
            )
        finally:
            screen.terminate()
    assert done.returncode == 0, done.stdout[-3000:]
