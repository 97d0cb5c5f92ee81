"""PySide6 6.12.0 on Python 3.11 loses a reference to None on every void call, and then aborts."""

import subprocess
import sys

LOOP = """
import sys
from PySide6.QtWidgets import QApplication, QLabel
application = QApplication([])
label = QLabel()
before = sys.getrefcount(None)
for number in range(200_000):
    label.setText("film")
assert sys.getrefcount(None) > before - 1_000, sys.getrefcount(None) - before
print("done")
"""


def test_a_long_loop_of_void_calls_keeps_none_alive():
    done = subprocess.run(
        [sys.executable, "-c", LOOP], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.stdout == "done\n", done.stderr[-500:]
