"""What the Image menu does: presets, inverting, gamma, local contrast, flipping, remembering."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QAction

from opacity_studio.domain.display import (
    auto_window,
    full_range_window,
    narrow_window,
    window_in_file_values,
    window_of_file_values,
)
from opacity_studio.domain.local_contrast import with_local_contrast
from opacity_studio.domain.measurement import lungs_for_measurement
from opacity_studio.domain.presentation import (
    AS_STORED,
    GAMMA_LEAST,
    GAMMA_MOST,
    Presentation,
    Preset,
)
from opacity_studio.domain.radiograph import Radiograph, Window
from opacity_studio.domain.shape import Shape
from opacity_studio.domain.wording import tr
from opacity_studio.files.presentations import (
    RememberedPresentations,
    load_presentations,
    save_presentations,
)
from opacity_studio.gui.background import Background
from opacity_studio.gui.canvas.film_layer import Pyramid
from opacity_studio.gui.film.film_view import FilmView
from opacity_studio.gui.film.window_panel import WindowPanel
from opacity_studio.review.session import Change, ReviewSession

_LOG: Final = logging.getLogger(__name__)
_GAMMA_STEP: Final = 0.1
_REMEMBER_MS: Final = 800
"""A film's presentation is written once it has been left alone this long."""

_KEPT: Final = 2
"""Films with evened contrast kept in memory: the one in view and the one before."""

_LEVELS: Final = 4
"""Sizes of such a film made ahead, so that the window's thread never has to."""

_ACTIONS: Final = (
    "view.auto-window",
    "view.narrow-window",
    "view.full-window",
    "view.reset-window",
    "view.window-panel",
    "view.invert",
    "view.gamma-up",
    "view.gamma-down",
    "view.local-contrast",
    "view.flip",
    "view.reset-display",
    "view.keep-display",
    "view.fit-lungs",
)


class ImageCommands(QObject):
    """Shows films the way they were left, and changes the way they are shown.

    Parameters
    ----------
    session, view
        Whose film it is, and what shows it.
    folder
        Returns the worklist's folder as text; empty without one.
    say
        Shows one line where the hints stand.
    """

    def __init__(
        self,
        session: ReviewSession,
        view: FilmView,
        *,
        folder: Callable[[], str],
        say: Callable[[str], None],
    ) -> None:
        super().__init__(view)
        self._session, self._view = session, view
        self._folder, self._say = folder, say
        self._remembered = load_presentations()
        self._written = self._remembered
        self._actions: Mapping[str, QAction] = {}
        self._awaits_lungs = False
        self._evened: list[tuple[Radiograph, Pyramid]] = []
        self._background = Background(1, self)
        self._evening = 0
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_REMEMBER_MS)
        self._timer.timeout.connect(self._write)
        self.panel = WindowPanel(view)
        self.panel.window_typed.connect(self._window_typed)
        self.panel.gamma_typed.connect(self._set_gamma)
        self.panel.closed.connect(self._close_panel)
        view.presentation_changed.connect(self._changed)
        self._applying = False
        self._unsubscribe: Callable[[], None] | None = None

    def callbacks(self) -> dict[str, Callable[[], None]]:
        """Return what to do, by action id."""
        return {
            "view.auto-window": lambda: self._use_preset("lungs"),
            "view.narrow-window": lambda: self._use_preset("narrow"),
            "view.full-window": lambda: self._use_preset("full"),
            "view.reset-window": lambda: self._use_preset("own"),
            "view.window-panel": self._toggle_panel,
            "view.invert": lambda: self._change(inverted=self._is_on("view.invert")),
            "view.gamma-up": lambda: self._step_gamma(_GAMMA_STEP),
            "view.gamma-down": lambda: self._step_gamma(-_GAMMA_STEP),
            "view.local-contrast": lambda: self._change(
                local_contrast=self._is_on("view.local-contrast")
            ),
            "view.flip": lambda: self._change(mirrored=self._is_on("view.flip")),
            "view.reset-display": lambda: self._view.show_presentation(AS_STORED),
            "view.keep-display": self._keep_for_worklist,
            "view.fit-lungs": self._fit_lungs,
        }

    def follow(self, actions: Mapping[str, QAction]) -> None:
        """Take the actions, once they are made; the view must listen to the session already."""
        self._actions = actions
        self._unsubscribe = self._session.subscribe(self._session_changed)
        self.panel.follow(actions)
        self._show_state()

    def close(self) -> None:
        """Write what is still to be written; nothing is called back any more."""
        if self._unsubscribe is not None:
            self._unsubscribe()
        self._timer.stop()
        self._background.close()
        if self._remembered != self._written:
            _try_to_save(self._remembered)

    # Windows, gamma -----------------------------------------------------------------------

    def _use_preset(self, preset: Preset) -> None:
        film = self._session.radiograph
        if film is None:
            return
        if preset in ("lungs", "narrow") and not self._lungs():
            self._say(tr("No lungs are outlined or predicted yet: windowed by the whole film."))
        window = self._window_of(preset, film)
        self._view.show_presentation(replace(self._view.presentation, preset=preset, window=window))

    def _window_of(self, preset: Preset, film: Radiograph) -> Window | None:
        """Return the window a preset stands for on this film; None for the film's own."""
        if preset == "full":
            return full_range_window(film)
        if preset in ("lungs", "narrow"):
            window = auto_window(film, self._lungs())
            return window if preset == "lungs" else narrow_window(window)
        return None

    def _lungs(self) -> tuple[Shape, ...]:
        """Return the lungs as they are drawn, else as they are predicted."""
        lungs, _ = lungs_for_measurement(self._session.annotation, self._session.prediction)
        return tuple(lung for lung in lungs if lung.is_polygon)

    def _window_typed(self, window: Window) -> None:
        film = self._session.radiograph
        if film is not None:
            self._view.set_window(window_of_file_values(film, window))

    def _step_gamma(self, by: float) -> None:
        self._set_gamma(self._view.presentation.gamma + by)
        self._say(tr("Gamma {gamma:.1f}", gamma=self._view.presentation.gamma))

    def _set_gamma(self, gamma: float) -> None:
        self._change(gamma=round(min(max(gamma, GAMMA_LEAST), GAMMA_MOST), 2))

    def _change(self, **changes: bool | float) -> None:
        self._view.show_presentation(replace(self._view.presentation, **changes))  # type: ignore[arg-type]

    def _is_on(self, name: str) -> bool:
        return self._actions[name].isChecked()

    def _fit_lungs(self) -> None:
        lungs = self._lungs()
        if lungs:
            self._view.zoom_to_shapes(lungs)
        else:
            self._say(tr("No lungs are outlined or predicted on this film."))

    # The panel ----------------------------------------------------------------------------

    def _toggle_panel(self) -> None:
        if self.panel.isHidden():
            self._show_numbers()
            self.panel.open()
        else:
            self._close_panel()

    def _close_panel(self) -> None:
        self.panel.hide()
        self._view.setFocus()

    # From film to film --------------------------------------------------------------------

    def _session_changed(self, change: Change) -> None:
        if "film" in change.what:
            self._show_as_left()
        elif "prediction" in change.what and self._awaits_lungs and self._lungs():
            # A preset of the worklist had no lungs to go by when the film came.
            self._awaits_lungs = False
            film = self._session.radiograph
            preset = self._view.presentation.preset
            if film is not None and preset in ("lungs", "narrow"):
                self._apply(replace(self._view.presentation, window=self._window_of(preset, film)))

    def _show_as_left(self) -> None:
        """Show the film that came as it, or its worklist, was left."""
        film = self._session.radiograph
        self._background.cancel(self._evening)
        self._awaits_lungs = False
        if film is not None:
            chosen = self._chosen_for(film) or AS_STORED
            if chosen.window is None:
                chosen = replace(chosen, window=self._window_of(chosen.preset, film))
                self._awaits_lungs = chosen.preset in ("lungs", "narrow") and not self._lungs()
            self._apply(chosen)
        self._show_state()

    def _chosen_for(self, film: Radiograph) -> Presentation | None:
        return self._remembered.for_film(film.digest, self._folder(), self._place_of(film))

    def _place_of(self, film: Radiograph) -> str:
        """Return the film's path relative to the worklist's folder, the same on every system."""
        folder = Path(self._folder())
        inside = film.path.is_relative_to(folder)
        return (film.path.relative_to(folder) if inside else film.path).as_posix()

    def _apply(self, presentation: Presentation) -> None:
        """Show the film this way without remembering that somebody chose so."""
        self._applying = True
        try:
            self._view.show_presentation(presentation)
        finally:
            self._applying = False

    def _changed(self, presentation: Presentation) -> None:
        self._show_state()
        film = self._session.radiograph
        if film is None:
            return
        if presentation.local_contrast:
            self._even(film)
        if self._applying:
            return
        self._awaits_lungs = False
        folder = self._folder()
        if folder in self._remembered.worklists:
            self._remembered = self._remembered.with_worklist(
                folder, presentation.for_other_films()
            )
        if film.digest:
            nothing = presentation == AS_STORED and folder not in self._remembered.worklists
            self._remembered = self._remembered.with_film(
                film.digest, None if nothing else presentation, self._place_of(film)
            )
        self._timer.start()

    def _keep_for_worklist(self) -> None:
        folder = self._folder()
        keeps = self._is_on("view.keep-display")
        chosen = self._view.presentation.for_other_films() if keeps else None
        self._remembered = self._remembered.with_worklist(folder, chosen)
        self._say(
            tr("Every film of this worklist opens like this one.")
            if keeps
            else tr("Films of this worklist open as they are stored.")
        )
        self._timer.start()

    def _write(self) -> None:
        remembered = self._remembered
        if remembered == self._written:
            return

        def done(_result: object) -> None:
            self._written = remembered

        self._background.start(lambda: _try_to_save(remembered), done, done)

    def _show_state(self) -> None:
        """Check the switches that are on, and show the numbers in the panel."""
        film, how = self._session.radiograph, self._view.presentation
        keeps = self._folder() in self._remembered.worklists
        for name in _ACTIONS if self._actions else ():
            self._actions[name].setEnabled(film is not None)
        for name, on in (
            ("view.invert", how.inverted),
            ("view.local-contrast", how.local_contrast),
            ("view.flip", how.mirrored),
            ("view.keep-display", keeps),
        ):
            if self._actions:
                self._actions[name].setChecked(on)
        if not self.panel.isHidden():
            self._show_numbers()

    def _show_numbers(self) -> None:
        film, window = self._session.radiograph, self._view.grey_window
        if film is not None and window is not None:
            said = window_in_file_values(film, window)
            self.panel.show_greys(said, self._view.presentation.gamma)

    # Local contrast -----------------------------------------------------------------------

    def _even(self, film: Radiograph) -> None:
        """Show the film with its contrast evened out, once that is worked out."""
        for known, pyramid in self._evened:
            if known is film:
                self._view.show_evened(pyramid)
                return
        if self._background.is_wanted(self._evening):
            return

        def done(pyramid: Pyramid) -> None:
            self._evened = [*self._evened, (film, pyramid)][-_KEPT:]
            if self._session.radiograph is film:
                self._view.show_evened(pyramid)

        def failed(error: Exception) -> None:
            _LOG.warning("local contrast could not be worked out: %s", error)
            self._say(tr("Local contrast could not be worked out for this film."))
            self._change(local_contrast=False)

        self._evening = self._background.start(lambda: _evened(film), done, failed)


def _evened(film: Radiograph) -> Pyramid:
    pyramid = Pyramid(with_local_contrast(film.pixels))
    pyramid.level(_LEVELS)
    return pyramid


def _try_to_save(remembered: RememberedPresentations) -> None:
    try:
        save_presentations(remembered)
    except OSError as error:
        # It holds until the program is closed; nobody's work depends on it.
        _LOG.warning("how films are shown could not be saved: %s", error)
