"""What a session knows of film and reader before anything is edited."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from opacity_studio.domain.labels import OPACITY
from opacity_studio.domain.radiograph import Radiograph
from opacity_studio.domain.review_status import Reader
from opacity_studio.review.change import Change, Listener, What

_BRUSH_SIZE: Final = 0.02
_BRUSH_SIZES: Final = (0.001, 0.25)


class FilmSession:
    """The film in view, who reads it and who listens.

    `ReviewSession` adds the annotation and what the networks say; it is the one to use.

    Parameters
    ----------
    reader
        Who edits; named in provenance and events.
    """

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._listeners: list[Listener] = []
        self._current_label = OPACITY
        self._brush_size = _BRUSH_SIZE
        self._radiograph: Radiograph | None = None
        self._blocked: str | None = None

    @property
    def reader(self) -> Reader:
        """Who edits."""
        return self._reader

    def set_reader(self, reader: Reader) -> None:
        """Let `reader` be named in what is edited and marked from now on."""
        self._reader = reader
        self._tell("view")

    @property
    def current_label(self) -> str:
        """Label of the outlines drawn next."""
        return self._current_label

    @current_label.setter
    def current_label(self, label: str) -> None:
        self._current_label = label
        self._tell("view")

    @property
    def radiograph(self) -> Radiograph | None:
        """The film; None while none is open."""
        return self._radiograph

    @property
    def can_record(self) -> bool:
        """Whether a film is open and its annotation file can be saved to."""
        return self._radiograph is not None and self._blocked is None

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Call `listener` at every change; returns the function that ends it."""
        self._listeners.append(listener)

        def unsubscribe() -> None:
            if listener in self._listeners:
                self._listeners.remove(listener)

        return unsubscribe

    def _tell(self, *what: What, shapes: Iterable[int] = ()) -> None:
        change = Change(frozenset(what), frozenset(shapes))
        for listener in tuple(self._listeners):
            listener(change)

    # Brush --------------------------------------------------------------------------------

    @property
    def brush_size(self) -> float:
        """Radius of the brush as a share of the film's longer side.

        So it covers the same anatomy on the next film, however finely that one was scanned.
        """
        return self._brush_size

    @property
    def brush_radius(self) -> float:
        """Radius of the brush in pixels of this film."""
        film = self._radiograph
        return self._brush_size * (1.0 if film is None else max(film.width, film.height))

    def set_brush_size(self, size: float) -> None:
        """Paint with another radius, kept within reason; holds for the films that follow."""
        size = min(max(size, _BRUSH_SIZES[0]), _BRUSH_SIZES[1])
        if size != self._brush_size:
            self._brush_size = size
            self._tell("brush")
