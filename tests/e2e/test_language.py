"""The window in another language: nothing in it is out of a translator's reach."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from tests.e2e.pseudo_language import ROOT

LEAST = 900
"""Texts that the walk hears; fewer mean that it did not get round."""


def test_every_text_of_the_window_can_be_translated(tmp_path: Path):
    walked = subprocess.run(
        [sys.executable, "-m", "tests.e2e.pseudo_language", str(tmp_path / "walk")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert walked.returncode == 0, walked.stderr[-3000:]
    heard = json.loads(walked.stdout.splitlines()[-1])
    bare = "\n".join(f"{where}: {text!r}" for text, where in heard["bare"].items())
    assert not bare, f"not worded with tr():\n{bare}"
    assert heard["texts"] > LEAST
