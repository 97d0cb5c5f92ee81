"""What a tool wants drawn over the film while it is at work."""

from __future__ import annotations

from dataclasses import dataclass

from opacity_studio.domain.shape import Points


@dataclass(frozen=True, slots=True)
class Handles:
    """The vertices of one shape, to be drawn as small handles.

    Attributes
    ----------
    key
        Identity of the shape.
    rings
        Its outline and holes in the state shown, each N×2.
    hovered
        (ring, index) of the vertex under the cursor; None where none.
    selected
        (ring, index) of the selected vertices.
    """

    key: int
    rings: tuple[Points, ...]
    hovered: tuple[int, int] | None = None
    selected: frozenset[tuple[int, int]] = frozenset()


@dataclass(frozen=True, slots=True)
class Ring:
    """The disc of a brush at the cursor; centre and radius in image pixels.

    Attributes
    ----------
    erases
        Drawn dashed and without the label's colour.
    """

    x: float
    y: float
    radius: float
    erases: bool = False


@dataclass(frozen=True, slots=True)
class Ruler:
    """A measured distance.

    Attributes
    ----------
    start, end
        In image coordinates.
    text
        The length, as it is shown.
    """

    start: tuple[float, float]
    end: tuple[float, float]
    text: str


@dataclass(frozen=True, slots=True)
class Draft:
    """Everything a tool shows beside the annotation itself; all in image coordinates.

    Attributes
    ----------
    label
        Label whose colour the draft takes.
    path
        Open line being drawn (N×2); its last point follows the cursor (`rubber`).
    rubber
        From the last point placed to the cursor: drawn thinner; None without one.
    points
        Vertices placed so far (N×2), drawn as handles.
    handles
        Of the hovered and the selected shapes.
    hovered
        Identity of the shape under the cursor, to be highlighted; None over none.
    insertion
        Where a click would put a new vertex on an edge.
    snap
        The point the outline would close on, drawn as a larger marker.
    band
        Rubber band as (left, top, right, bottom).
    ring
        The brush at the cursor.
    proposal
        Closed rings (outlines and holes, each N×2; even–odd), dashed over a light tint.
    foreground, background
        Points (N×2) clicked as inside and as outside, marked + and -.
    ruler
        A distance being measured.
    """

    label: str | None = None
    path: Points | None = None
    rubber: tuple[tuple[float, float], tuple[float, float]] | None = None
    points: Points | None = None
    handles: tuple[Handles, ...] = ()
    hovered: int | None = None
    insertion: tuple[float, float] | None = None
    snap: tuple[float, float] | None = None
    band: tuple[float, float, float, float] | None = None
    ring: Ring | None = None
    proposal: tuple[Points, ...] = ()
    foreground: Points | None = None
    background: Points | None = None
    ruler: Ruler | None = None


NOTHING = Draft()
