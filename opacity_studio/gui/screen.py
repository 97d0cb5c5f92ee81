"""Whether there is a screen; imports nothing heavy, since the answer may be no."""

from __future__ import annotations

import os
import sys


def choose_platform(*, may_be_invisible: bool) -> str | None:
    """Let Qt draw into memory where there is no screen and none is needed.

    Returns
    -------
    str or None
        One sentence where a screen is needed and there is none.
    """
    if not sys.platform.startswith("linux") or os.environ.get("QT_QPA_PLATFORM"):
        return None
    if os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"):
        return None
    if not may_be_invisible:
        return (
            "There is no screen here (DISPLAY is not set): start the program on a desktop, or "
            "use --screenshot."
        )
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    return None
