"""Results remembered by the identity of the immutable values they were made from."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

V = TypeVar("V")
_Key = tuple[tuple[int, ...], tuple[int, ...]]


class Recent(Generic[V]):
    """The results asked for last.

    While a vertex is dragged every other outline of the film stays the same object, and measuring
    asks for all of them at every move of the mouse. For values that never change; may be used
    from any thread.

    Parameters
    ----------
    size
        How many results to keep.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._known: OrderedDict[_Key, tuple[tuple[object, ...], V]] = OrderedDict()
        self._lock = threading.Lock()

    def of(
        self, sources: Sequence[object], make: Callable[[], V], *, settings: tuple[int, ...] = ()
    ) -> V:
        """Return what `make` made of `sources` (by identity) and `settings` (by value).

        Calls it only where that is not known.
        """
        # The sources are kept with the result, so that no other object can get their address.
        sources = tuple(sources)
        key = (tuple(map(id, sources)), settings)
        with self._lock:
            if key in self._known:
                self._known.move_to_end(key)
                return self._known[key][1]
        made = make()
        with self._lock:
            self._known[key] = (sources, made)
            while len(self._known) > self._size:
                self._known.popitem(last=False)
        return made
