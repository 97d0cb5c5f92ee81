"""The one place that knows where the files that travel with the program lie."""

from __future__ import annotations

from pathlib import Path
from typing import Final

_PACKAGE: Final = Path(__file__).resolve().parent.parent


def resource(*parts: str) -> Path:
    """Return the path of a file or folder below ``resources/``.

    An installed wheel carries the folder inside the package as ``_resources``; a checkout has it
    beside the package. The path is returned whether it exists or not: only the caller knows what
    its absence means.
    """
    inside = _PACKAGE / "_resources"
    root = inside if inside.is_dir() else _PACKAGE.parent / "resources"
    return root.joinpath(*parts)
