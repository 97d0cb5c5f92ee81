"""What a session tells those who listen to it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

What = Literal[
    "film",
    "annotation",
    "preview",
    "selection",
    "prediction",
    "threshold",
    "saved",
    "view",
    "brush",
]
Vertex = tuple[int, int, int]
"""A vertex of the annotation: shape key, ring (0 the outline, then the holes), index."""

Listener = Callable[["Change"], None]


@dataclass(frozen=True, slots=True)
class Change:
    """What a listener is told.

    Attributes
    ----------
    what
        "film": another film (everything is new). "annotation": a commit, undo or redo.
        "preview": the tool's live preview came, changed or went. "selection": shapes or vertices.
        "prediction": another prediction, or regions rejected. "threshold". "saved": the modified
        state changed by saving. "view": hidden or locked shapes or labels, the label of new
        outlines, or the reader. "brush": its size.
    shapes
        Keys of the shapes that look different now, were added or are gone.
    """

    what: frozenset[What]
    shapes: frozenset[int] = frozenset()
