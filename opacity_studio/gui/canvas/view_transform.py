"""From the image plane to the screen and back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final, Self

from PySide6.QtGui import QTransform

MAX_SCALE: Final = 64.0
"""Screen pixels a film pixel may cover at most."""

_KEPT_IN_VIEW: Final = 0.25
_FIT_MARGIN: Final = 0.012


@dataclass(frozen=True, slots=True)
class ViewTransform:
    """Where the image plane lies in the view.

    All lengths are device pixels (physical ones: `devicePixelRatio` is applied outside), so that
    a scale of 1 shows one film pixel on one screen pixel on any screen.

    Attributes
    ----------
    scale
        Device pixels per film pixel.
    left, top
        Of the image plane's origin, in the view; where mirrored, the film lies left of it.
    mirrored
        True where the film is shown with left and right exchanged. Coordinates of the image stay
        those of the file: only where they lie in the view changes.
    """

    scale: float = 1.0
    left: float = 0.0
    top: float = 0.0
    mirrored: bool = False

    @property
    def scale_x(self) -> float:
        """`scale` with the sign of the horizontal direction."""
        return -self.scale if self.mirrored else self.scale

    def to_view(self, x: float, y: float) -> tuple[float, float]:
        """Return where the image point (x, y) lies in the view."""
        return x * self.scale_x + self.left, y * self.scale + self.top

    def to_image(self, x: float, y: float) -> tuple[float, float]:
        """Return the image point shown at (x, y) of the view."""
        return (x - self.left) / self.scale_x, (y - self.top) / self.scale

    def box_in_view(
        self, left: float, top: float, right: float, bottom: float
    ) -> tuple[float, float, float, float]:
        """Return where a rectangle of the image lies: left, top, right, bottom in the view."""
        (x0, y0), (x1, y1) = self.to_view(left, top), self.to_view(right, bottom)
        return min(x0, x1), y0, max(x0, x1), y1

    def box_in_image(
        self, left: float, top: float, right: float, bottom: float
    ) -> tuple[float, float, float, float]:
        """Return the rectangle of the image shown in one of the view; both left to bottom."""
        (x0, y0), (x1, y1) = self.to_image(left, top), self.to_image(right, bottom)
        return min(x0, x1), y0, max(x0, x1), y1

    def moved(self, dx: float, dy: float) -> Self:
        """Return the transform with the film moved by (dx, dy)."""
        return replace(self, left=self.left + dx, top=self.top + dy)

    def scaled_at(self, x: float, y: float, scale: float) -> Self:
        """Return the transform at another `scale` that keeps the image point at (x, y) there."""
        ratio = scale / self.scale
        return replace(
            self, scale=scale, left=x + (self.left - x) * ratio, top=y + (self.top - y) * ratio
        )

    def flipped_at(self, x: float) -> Self:
        """Return the transform with the film mirrored about the upright line at `x` of the view."""
        return replace(self, left=2.0 * x - self.left, mirrored=not self.mirrored)

    def qt(self) -> QTransform:
        """Return the same as a `QTransform` from image to view."""
        return QTransform(self.scale_x, 0.0, 0.0, self.scale, self.left, self.top)


@dataclass(frozen=True, slots=True)
class Frame:
    """A film in a view: their sizes, and the rules that follow from them.

    Attributes
    ----------
    film_width, film_height
        In film pixels.
    view_width, view_height
        In device pixels.
    mirrored
        Whether the film is shown with left and right exchanged.
    """

    film_width: int
    film_height: int
    view_width: int
    view_height: int
    mirrored: bool = False

    def fitted(self) -> ViewTransform:
        """Return the transform that shows the whole film, centred."""
        return self.showing(0.0, 0.0, self.film_width, self.film_height, margin=_FIT_MARGIN)

    def showing(
        self, left: float, top: float, right: float, bottom: float, *, margin: float = 0.2
    ) -> ViewTransform:
        """Return the transform that shows a part of the film, centred.

        Parameters
        ----------
        left, top, right, bottom
            The part, in film pixels.
        margin
            Share of the view left free on each side.
        """
        room = 1.0 - 2.0 * margin
        scale = min(
            self.view_width * room / max(right - left, 1.0),
            self.view_height * room / max(bottom - top, 1.0),
        )
        scale = min(max(scale, 1e-3), MAX_SCALE)
        across = -scale if self.mirrored else scale
        return ViewTransform(
            scale,
            round((self.view_width - across * (left + right)) / 2),
            round((self.view_height - scale * (top + bottom)) / 2),
            self.mirrored,
        )

    def limited_scale(self, scale: float) -> float:
        """Return `scale` within what may be zoomed to: half of fit, up to `MAX_SCALE`."""
        return min(max(scale, min(self.fitted().scale * 0.5, 1.0)), MAX_SCALE)

    def kept_in_view(self, transform: ViewTransform) -> ViewTransform:
        """Return `transform` moved so that the film cannot be lost.

        A quarter of the view, or of the film where that is smaller, stays covered.
        """
        width = self.film_width * transform.scale
        # Where the film begins on the screen: a mirrored one ends at its origin.
        before = width if transform.mirrored else 0.0
        return replace(
            transform,
            left=_kept(transform.left - before, width, self.view_width) + before,
            top=_kept(transform.top, self.film_height * transform.scale, self.view_height),
        )


def _kept(start: float, film: float, view: int) -> float:
    kept = _KEPT_IN_VIEW * min(film, view)
    return min(max(start, kept - film), view - kept)
