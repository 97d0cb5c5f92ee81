"""The films of the list as paths."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import overload

from opacity_studio.domain.worklist_order import Rows
from opacity_studio.files.worklist import Films


class VisiblePaths(Sequence[Path]):
    """The paths of the films in the list, in order; none is made before it is asked for."""

    def __init__(self, films: Films, rows: Rows, places: Rows) -> None:
        self._films, self._rows, self._places = films, rows, places

    def __len__(self) -> int:
        return len(self._rows)

    @overload
    def __getitem__(self, place: int) -> Path: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Path]: ...
    def __getitem__(self, place: int | slice) -> Path | Sequence[Path]:
        if isinstance(place, slice):
            return tuple(map(self._films.path_at, self._rows[place].tolist()))
        return self._films.path_at(int(self._rows[place]))

    def __contains__(self, path: object) -> bool:
        row = self._films.row_of(path) if isinstance(path, Path) else None
        return row is not None and self._places[row] >= 0
