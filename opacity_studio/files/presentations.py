"""How films were looked at, kept between runs: one small file beside the settings."""

from __future__ import annotations

import json
import logging
import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, Self

from opacity_studio.domain.presentation import GAMMA_LEAST, GAMMA_MOST, PRESETS, Presentation
from opacity_studio.domain.radiograph import Window
from opacity_studio.files.atomic import write_atomically
from opacity_studio.files.settings import settings_path

_LOG: Final = logging.getLogger(__name__)
_MOST_FILMS: Final = 2000
_MOST_WORKLISTS: Final = 100

_Presentations = Mapping[str, Presentation]


@dataclass(frozen=True, slots=True)
class RememberedPresentations:
    """Presentations a person chose; those looked at last come last, the oldest are forgotten.

    Attributes
    ----------
    films
        By the digest of the film's file and its place in the worklist, so that two copies of one
        film are looked at each in its own way; what is noted by the digest alone holds for all.
    worklists
        By folder: what holds for every film there that has none of its own.
    """

    films: _Presentations = field(default_factory=lambda: MappingProxyType({}))
    worklists: _Presentations = field(default_factory=lambda: MappingProxyType({}))

    def for_film(self, digest: str, folder: str, place: str = "") -> Presentation | None:
        """Return the film's own, else its worklist's; None where nothing was chosen.

        `place` is the film's path relative to the worklist.
        """
        own = self.films.get(_film_key(digest, place), self.films.get(digest))
        return self.worklists.get(folder) if own is None else own

    def with_film(self, digest: str, presentation: Presentation | None, place: str = "") -> Self:
        """Return the same with another presentation of one film, or none."""
        key = _film_key(digest, place)
        others = {name: one for name, one in self.films.items() if name != digest}
        return replace(self, films=_with(others, key, presentation, _MOST_FILMS))

    def with_worklist(self, folder: str, presentation: Presentation | None) -> Self:
        """Return the same with another presentation of a worklist, or none."""
        changed = _with(self.worklists, folder, presentation, _MOST_WORKLISTS)
        return replace(self, worklists=changed)


def presentations_path() -> Path:
    """Return where they are kept: beside the settings."""
    return settings_path().with_name("presentations.json")


def load_presentations(path: Path | None = None) -> RememberedPresentations:
    """Return what `path` (default: `presentations_path`) holds.

    A file that cannot be read, and an entry that makes no sense, count as nothing chosen: films
    then open as they are stored, and nothing a person worked on is lost.
    """
    path = path or presentations_path()
    try:
        stored = json.loads(path.read_bytes())
    except FileNotFoundError:
        return RememberedPresentations()
    except (OSError, ValueError, RecursionError):
        _LOG.warning("%s cannot be read; films open as they are stored", path.name)
        return RememberedPresentations()
    parts = stored if isinstance(stored, dict) else {}
    return RememberedPresentations(_read(parts.get("films")), _read(parts.get("worklists")))


def save_presentations(remembered: RememberedPresentations, path: Path | None = None) -> None:
    """Write them to `path` (default: `presentations_path`), whole or not at all.

    Raises
    ------
    OSError
        When they cannot be written; the old file stands.
    """
    path = path or presentations_path()
    stored = {
        name: {key: _as_json(one) for key, one in chosen.items()}
        for name, chosen in (("films", remembered.films), ("worklists", remembered.worklists))
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    # Folder names need not be text to the operating system.
    data = json.dumps(stored, indent=1).encode(errors="surrogateescape")
    write_atomically(path, data)


def _film_key(digest: str, place: str) -> str:
    return f"{digest} {place}" if place else digest


def _with(
    known: _Presentations, key: str, presentation: Presentation | None, most: int
) -> _Presentations:
    others = {name: one for name, one in known.items() if name != key}
    if presentation is not None:
        others[key] = presentation
    return MappingProxyType(dict(list(others.items())[-most:]))


def _as_json(presentation: Presentation) -> dict[str, Any]:
    window = presentation.window
    return {
        "preset": presentation.preset,
        "window": None if window is None else [window.centre, window.width],
        "inverted": presentation.inverted,
        "gamma": presentation.gamma,
        "local_contrast": presentation.local_contrast,
        "mirrored": presentation.mirrored,
    }


def _read(stored: object) -> _Presentations:
    if not isinstance(stored, dict):
        return MappingProxyType({})
    read = {key: _presentation(value) for key, value in stored.items()}
    return MappingProxyType({key: one for key, one in read.items() if one is not None})


def _presentation(stored: Any) -> Presentation | None:  # noqa: ANN401 - whatever the file holds
    try:
        window = stored["window"]
        gamma = float(stored["gamma"])
        if stored["preset"] not in PRESETS or not GAMMA_LEAST <= gamma <= GAMMA_MOST:
            return None
        made = None if window is None else Window(float(window[0]), float(window[1]))
        if made is not None and not (math.isfinite(made.centre) and 0 < made.width < math.inf):
            return None
        flags = {name: stored[name] is True for name in ("inverted", "local_contrast", "mirrored")}
        return Presentation(stored["preset"], made, gamma=gamma, **flags)
    except (TypeError, KeyError, IndexError, ValueError):
        return None
