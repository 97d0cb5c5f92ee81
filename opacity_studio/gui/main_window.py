"""The window: puts the parts beside each other and connects them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtGui import QCloseEvent, QShowEvent
from PySide6.QtWidgets import QMainWindow

from opacity_studio.files.journal import Journal
from opacity_studio.files.model_store import ModelStore
from opacity_studio.files.prediction_cache import PredictionCache
from opacity_studio.files.radiograph_reader import read_thumbnail
from opacity_studio.gui.actions.action_building import build_actions
from opacity_studio.gui.actions.shortcuts import Shortcuts
from opacity_studio.gui.commands import PROGRAM, Commands
from opacity_studio.gui.desk import ReviewDesk
from opacity_studio.gui.film.comparing import Comparing
from opacity_studio.gui.film.film_area import FilmArea
from opacity_studio.gui.film.film_loader import FilmLoader
from opacity_studio.gui.film.film_switches import FilmSwitches
from opacity_studio.gui.film.film_view import FilmView
from opacity_studio.gui.film.image_commands import ImageCommands
from opacity_studio.gui.frame.closing import Closing
from opacity_studio.gui.frame.columns import Columns
from opacity_studio.gui.frame.film_in_view import FilmInView
from opacity_studio.gui.frame.message_bar import Message
from opacity_studio.gui.frame.pointing import Pointing
from opacity_studio.gui.frame.review_parts import ReviewParts
from opacity_studio.gui.frame.side_panel import SidePanel
from opacity_studio.gui.frame.status_line import StatusLine
from opacity_studio.gui.frame.status_reports import StatusReports
from opacity_studio.gui.frame.top_bar import TopBar
from opacity_studio.gui.frame.window_commands import WindowCommands
from opacity_studio.gui.look.theme import Theme
from opacity_studio.gui.measuring.figures import Figures
from opacity_studio.gui.opening import Opening
from opacity_studio.gui.prediction.prediction_loader import PredictionLoader
from opacity_studio.gui.reviewing.readers import known_reader
from opacity_studio.gui.reviewing.reading_time import IDLE_AFTER
from opacity_studio.gui.saving.autosave import Autosave
from opacity_studio.gui.saving.safekeeping import Safekeeping
from opacity_studio.gui.session_views import SessionViews
from opacity_studio.gui.settings.preferences import Preferences
from opacity_studio.gui.settings.settings_effects import SettingsEffects
from opacity_studio.gui.shaping.brush_size import BrushSize
from opacity_studio.gui.shaping.label_commands import LabelCommands
from opacity_studio.gui.shaping.outline_bar import OutlineBar
from opacity_studio.gui.shaping.shape_commands import ShapeCommands
from opacity_studio.gui.training.retraining import Retraining
from opacity_studio.gui.worklist.model import WorklistModel
from opacity_studio.gui.worklist.order_memory import remember_order
from opacity_studio.gui.worklist.panel import WorklistPanel
from opacity_studio.review.reading_clock import ReadingClock
from opacity_studio.review.session import ReviewSession


class MainWindow(QMainWindow):
    """One reader's desk on the screen.

    Parameters
    ----------
    preferences
        The person's settings; they end with the window.
    store, cache
        Where networks and earlier predictions are.
    """

    def __init__(self, preferences: Preferences, store: ModelStore, cache: PredictionCache) -> None:
        super().__init__()
        self.setObjectName("main-window")
        self._preferences = preferences
        # Its parts listen to the settings, which would keep the window were they to outlive it.
        preferences.setParent(self)
        self.shortcuts = Shortcuts(preferences, self)
        self._store = store
        self._is_awake = False
        self._clock = ReadingClock(IDLE_AFTER)
        self.session = ReviewSession(
            known_reader(preferences), clock=self._clock.seconds, program=PROGRAM
        )
        self.films = WorklistModel(self)
        self.autosave = Autosave(self.session, self)
        self.desk = ReviewDesk(
            self.session,
            self.films,
            FilmLoader(self),
            PredictionLoader(store, cache, self),
            self.autosave,
            indexes=cache.folder.parent / "worklists",
        )
        self._build_widgets()
        self._columns.fill(
            bar=self.bar,
            worklist=self.worklist,
            area=self.area,
            side=self.side,
            status=self.status,
        )
        self._reports = StatusReports(self, self.session, self.desk, self.bar, self.status)
        self.view.set_session(self.session)
        self._image.follow(self.actions_by_id)
        self._views = SessionViews(self.session, self.actions_by_id, self.bar, self.side)
        self._effects = SettingsEffects(
            preferences,
            self.session,
            autosave=self.autosave,
            switches=self._switches,
            prediction=self.side.prediction,
            readers=self.review.reviewing.readers,
            parent=self,
        )
        self._ways.follow(
            self.actions_by_id,
            self.bar,
            panes=(
                (self.worklist, self.worklist.list),
                (self.area, self.view),
                (self.side, self.side.prediction.threshold),
                (self.bar, self.bar.buttons["tool.select"]),
            ),
            search=self.worklist.search,
            theme=lambda: self._switches.theme,
        )
        self._connect()
        self._switches.follow(self.actions_by_id)
        self.comparing.follow(self.actions_by_id)

    def _build_widgets(self) -> None:
        preferences = self._preferences
        self.view = FilmView(self)
        self._switches = FilmSwitches(self.view, preferences, self)
        theme = self._switches.theme
        self._brush = BrushSize(self.session, self.view, preferences)
        self.area = FilmArea(self.view, self)
        self.safekeeping = Safekeeping(self.session, self.desk, self.area, Journal.standard(), self)
        self._opening = Opening(self, self.desk, self.area, preferences)
        self.status = StatusLine(self)
        self._pointing = Pointing(self, self.session, self.view, self.status)
        self._image = ImageCommands(
            self.session,
            self.view,
            folder=lambda: str(self._opening.folder or ""),
            say=self.status.say,
        )
        self.safekeeping.versions.share_corner(self._image.panel)
        self.comparing = Comparing(self.view, self.area.bare, self.area.legend, self.status.say)
        self._columns = Columns(self, preferences)
        self.training = Retraining(
            self._store,
            preferences,
            self.desk,
            view=self.view,
            status=self.status,
            room=self._columns.rows,
            theme=lambda: self._switches.theme,
            tell=self.area.messages.show_message,
            settle=self.area.messages.clear,
            parent=self,
        )
        self._closing = Closing(
            self,
            self.session,
            self.autosave,
            self.area.messages,
            self.training.ask_before_closing,
        )
        self.worklist = WorklistPanel(self.films, theme, read_thumbnail, self)
        remember_order(self.worklist, preferences)
        self._outline_bar = OutlineBar(theme, self.area)
        self.area.top.add(self._outline_bar)
        self._shape_commands = ShapeCommands(
            self.session, self.desk, self.view, self._outline_bar, say=self.status.say
        )
        self.labels = LabelCommands(
            self.session,
            self.desk,
            self.view,
            self.area.label_question,
            say=self.status.say,
            tell=self.area.messages.show_message,
        )
        self._commands = Commands(
            self.session,
            self.desk,
            self.view,
            say=self.status.say,
            offer_key=self._offer_key,
        )
        self.review = ReviewParts(
            self,
            self.session,
            self.desk,
            self.area,
            status=self.status,
            labels=self.labels,
            preferences=preferences,
            clock=self._clock,
            theme=theme,
            read_thumbnail=read_thumbnail,
            offer_key=self._offer_key,
            show_prediction=self._switches.show_prediction,
            clashes_asked=self.safekeeping.trouble.clashes_asked,
        )
        self._ways = WindowCommands(self, self._store, self.shortcuts, preferences)
        self.actions_by_id = build_actions(
            self,
            {
                **self._pointing.callbacks(),
                **self._commands.callbacks(),
                **self.review.callbacks(),
                **self._shape_commands.callbacks(),
                **self.labels.callbacks(),
                **self.worklist.callbacks(),
                **self._switches.callbacks(),
                **self._image.callbacks(),
                **self.comparing.callbacks(),
                **self._brush.callbacks(),
                **self.training.callbacks(),
                **self.safekeeping.callbacks(),
                **self._opening.callbacks(),
                **self._ways.callbacks(),
                **self._closing.callbacks(),
            },
        )
        self.shortcuts.follow(self.actions_by_id)
        self.bar = TopBar(self.actions_by_id, theme, self)
        self.side = SidePanel(
            self.actions_by_id, theme, self, overlay=preferences.settings.overlay_opacity
        )
        self.labels.follow(self.side.shapes.labels, self.actions_by_id)
        self.review.follow(self.actions_by_id, self.side, theme, self.shortcuts.told)
        self._pointing.follow(self.actions_by_id, self.side.shapes)
        before = self.actions_by_id["file.open-sample"]
        self.bar.menus["File"].insertMenu(before, self._opening.recent)

    def _connect(self) -> None:
        area, view = self.area, self.view
        FilmInView(self.desk, area, self.worklist, self.status, self.comparing)
        self._preferences.trouble.connect(
            lambda text: area.messages.show_message(Message(text, "settings"))
        )
        self.review.reviewing.readers.changed.connect(self._reports.show_title)
        self.review.reviewing.blind.changed.connect(lambda _blind: self._reports.show_model())
        self.actions_by_id["prediction.show"].toggled.connect(self._reports.switch_prediction)
        self.bar.reader.clicked.connect(self.review.reviewing.readers.ask)
        self.shortcuts.changed.connect(self._keys_changed)
        self._keys_changed()
        self._ways.palette.left.connect(view.setFocus)
        self.side.prediction.overlay_changed.connect(self._switches.set_overlay)
        self._switches.theme_changed.connect(self._show_theme)
        self._views.figures_changed.connect(self._note_state)
        self.desk.leaving.connect(self._views.settle)
        self._views.title_changed.connect(self._reports.show_title)
        self.actions_by_id["prediction.rollback"].setEnabled(False)
        self.training.drawer_shown.connect(self.actions_by_id["prediction.training"].setChecked)
        self.training.drawer_shown.connect(lambda on: self._columns.place_drawer(shown=on))
        self.training.models.known.connect(
            lambda now: self.actions_by_id["prediction.rollback"].setEnabled(bool(now.way_back))
        )

    def _offer_key(self, name: str) -> bool:
        """Offer Enter or Escape to what lies over the film; tells whether it was used."""
        takers = (self.comparing, self._shape_commands, self.review)
        return any(taker.take_key(name) for taker in takers)

    def _keys_changed(self) -> None:
        self.view.set_held_keys(self.shortcuts.held_keys())
        self.status.set_wording(self.shortcuts.told)

    @property
    def is_busy(self) -> bool:
        """True while anything that is in sight is still on its way."""
        parts = (self.desk, self.worklist, self._shape_commands, self.review)
        return any(part.is_busy for part in parts)

    # Opening ------------------------------------------------------------------------------

    def open_path(self, path: Path) -> None:
        """Open a folder, a film or a LabelMe file."""
        self.desk.open_path(path)

    def open_sample(self) -> None:
        """Open the sample worklist, copied to the person's own folder first."""
        self._opening.open_sample()

    # Showing ------------------------------------------------------------------------------

    def showEvent(self, event: QShowEvent) -> None:
        """Give the parts their sizes the first time."""
        super().showEvent(event)
        if not self._is_awake:
            self._is_awake = True
            self._columns.place()
            self.training.wake()

    def _note_state(self, figures: Figures) -> None:
        own = figures.your_percent
        shown = figures.model_percent if own is None else own
        self.desk.note_state(shown, from_model=own is None)

    def _show_theme(self, theme: Theme) -> None:
        self.bar.set_theme(theme)
        self.side.set_theme(theme)
        self.review.set_theme(theme)
        self._outline_bar.set_theme(theme)
        self.worklist.set_theme(theme)
        self.training.set_theme(theme)

    # Closing ------------------------------------------------------------------------------

    def closeEvent(self, event: QCloseEvent) -> None:
        """Close once everything is on disk; where it cannot be written, stay and say so."""
        if not self._closing.may_close():
            event.ignore()
            return
        for end in self._endings():
            end()
        super().closeEvent(event)

    def _endings(self) -> tuple[Callable[[], None], ...]:
        """Return what ends threads and clocks, stops listening and remembers, in this order."""
        return (
            self.training.close,
            self._switches.close,
            self._columns.close,
            self.comparing.stop_blinking,
            self._image.close,
            self._brush.close,
            self._reports.close,
            self._views.close,
            self.review.close,
            self._shape_commands.close,
            self.labels.close,
            self.worklist.close_threads,
            self.desk.close,
            self.safekeeping.close,
        )

    def leave(self) -> None:
        """Save and close; a training that goes on goes on."""
        self._closing.leave()

    def close_anyway(self) -> None:
        """Close, whatever is not on disk: the person has said so."""
        self._closing.close_anyway()
