"""Colours, type and the style sheet of the window: dark by default, light for bright rooms."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from PySide6.QtGui import QColor, QPalette

from opacity_studio.domain.review_status import ReviewStatus
from opacity_studio.domain.wording import tr
from opacity_studio.files.resource_path import resource

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication


@dataclass(frozen=True, slots=True)
class Theme:
    """One set of colours, as ``#rrggbb``.

    Text on its ground keeps a contrast of at least 4.5:1 (`tests/gui/look/test_theme.py` holds it).
    """

    name: str
    ground: str
    panel: str
    raised: str
    line: str
    text: str
    dim: str
    off: str
    accent: str
    on_accent: str
    accent_text: str
    selected: str
    hover: str
    warning_ground: str
    warning_text: str
    good: str
    info: str
    bad: str

    def state_colour(self, status: ReviewStatus) -> str:
        """Return the colour of a film's state glyph."""
        return {
            ReviewStatus.UNREAD: self.dim,
            ReviewStatus.IN_WORK: self.accent_text,
            ReviewStatus.ANNOTATED: self.info,
            ReviewStatus.APPROVED: self.good,
            ReviewStatus.RETURNED: self.bad,
        }[status]


# Neutral greys only: a cast around the film would shift how its own greys are seen.
DARK: Final = Theme(
    name="dark",
    ground="#050505",
    panel="#181818",
    raised="#222222",
    line="#303030",
    text="#e4e4e4",
    dim="#9a9a9a",
    off="#6b6b6b",
    accent="#e69f00",
    on_accent="#1a1200",
    accent_text="#efb02e",
    selected="#2b251a",
    hover="#232323",
    warning_ground="#33270c",
    warning_text="#f6dfae",
    good="#2fc79a",
    info="#56b4e9",
    bad="#f08a4b",
)

LIGHT: Final = Theme(
    name="light",
    ground="#050505",
    panel="#f1f1f1",
    raised="#ffffff",
    line="#cccccc",
    text="#1c1c1c",
    dim="#5e5e5e",
    off="#9a9a9a",
    accent="#e69f00",
    on_accent="#1a1200",
    accent_text="#7d5600",
    selected="#f3e3c0",
    hover="#e6e6e6",
    warning_ground="#fdf1d6",
    warning_text="#4a3300",
    good="#006d4f",
    info="#0b629a",
    bad="#a84300",
)

THEMES: Final = {theme.name: theme for theme in (DARK, LIGHT)}

STATE_NAMES: Final = {
    ReviewStatus.UNREAD: tr("unread"),
    ReviewStatus.IN_WORK: tr("in work"),
    ReviewStatus.ANNOTATED: tr("annotated"),
    ReviewStatus.APPROVED: tr("approved"),
    ReviewStatus.RETURNED: tr("returned"),
}


def apply_theme(application: QApplication, theme: Theme) -> None:
    """Give `application` the palette, the type size and the style sheet of `theme`."""
    application.setStyle("Fusion")
    font = application.font()
    font.setPixelSize(13)
    application.setFont(font)
    application.setPalette(_palette(theme))
    application.setStyleSheet(_style_sheet(theme))


def _palette(theme: Theme) -> QPalette:
    palette = QPalette()
    role = QPalette.ColorRole
    for which, colour in (
        (role.Window, theme.panel),
        (role.WindowText, theme.text),
        (role.Base, theme.panel),
        (role.AlternateBase, theme.raised),
        (role.Text, theme.text),
        (role.Button, theme.raised),
        (role.ButtonText, theme.text),
        (role.ToolTipBase, theme.raised),
        (role.ToolTipText, theme.text),
        (role.Highlight, theme.accent),
        (role.HighlightedText, theme.on_accent),
        (role.PlaceholderText, theme.dim),
        (role.Link, theme.accent_text),
        (role.Mid, theme.line),
    ):
        palette.setColor(which, QColor(colour))
    for which in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, which, QColor(theme.off))
    return palette


def _style_sheet(theme: Theme) -> str:
    """Return the rules that the palette cannot say. Sizes are device-independent pixels."""
    return rf"""
QMainWindow, QDialog {{ background: {theme.panel}; }}
QMainWindow::separator {{ width: 1px; height: 1px; background: {theme.line}; }}
QWidget#film-area {{ background: {theme.ground}; }}
QWidget#top-bar {{ background: {theme.panel}; border-bottom: 1px solid {theme.line}; }}
QWidget#worklist-panel {{ background: {theme.panel}; }}
QWidget#side-panel {{ background: {theme.panel}; }}
QWidget#status-line {{ background: {theme.panel}; border-top: 1px solid {theme.line}; }}
QToolTip {{ color: {theme.text}; background: {theme.raised}; border: 1px solid {theme.line};
    padding: 4px 6px; }}

QMenuBar {{ background: transparent; padding: 0; }}
QMenuBar::item {{ padding: 6px 9px; border-radius: 4px; background: transparent; }}
QMenuBar::item:selected {{ background: {theme.hover}; }}
QMenu {{ background: {theme.raised}; border: 1px solid {theme.line}; padding: 4px; }}
QMenu::item {{ padding: 5px 26px 5px 24px; border-radius: 3px; }}
QMenu::item:selected {{ background: {theme.accent}; color: {theme.on_accent}; }}
QMenu::item:disabled {{ color: {theme.dim}; background: transparent; }}
QMenu::separator {{ height: 1px; background: {theme.line}; margin: 4px 8px; }}

QLineEdit {{ background: {theme.raised}; border: 1px solid {theme.line}; border-radius: 5px;
    padding: 5px 8px; color: {theme.text}; selection-background-color: {theme.accent};
    selection-color: {theme.on_accent}; }}
QLineEdit:focus {{ border-color: {theme.accent}; }}
QLineEdit:disabled {{ color: {theme.off}; }}

QPushButton {{ background: transparent; border: 1px solid {theme.line}; border-radius: 5px;
    padding: 5px 7px; color: {theme.text}; outline: none; }}
QPushButton:hover {{ background: {theme.hover}; }}
QPushButton:pressed {{ background: {theme.selected}; }}
QPushButton:focus {{ border-color: {theme.accent}; }}
QPushButton:disabled {{ color: {theme.dim}; border-color: {theme.line}; background: transparent; }}
QPushButton[primary="true"] {{ background: {theme.accent}; color: {theme.on_accent};
    border-color: {theme.accent}; font-weight: 600; padding: 8px 10px; }}
QPushButton[primary="true"]:hover {{ background: #f0ad18; }}
QPushButton[primary="true"]:focus {{ border-color: {theme.text}; }}
QPushButton[primary="true"]:disabled {{ background: {theme.raised}; color: {theme.dim};
    border-color: {theme.line}; }}
QPushButton[quiet="true"] {{ border-color: transparent; color: {theme.dim}; padding: 5px 7px; }}
QPushButton[quiet="true"]:hover {{ color: {theme.text}; }}
QPushButton[quiet="true"]:focus {{ border-color: {theme.accent}; }}

QPushButton[link="true"] {{ border: none; padding: 1px 0; color: {theme.dim}; text-align: left;
    font-size: 12px; }}
QPushButton[link="true"]:hover {{ color: {theme.text}; background: transparent; }}
QPushButton[link="true"]:focus {{ color: {theme.accent_text}; }}
QPushButton[link="true"][warns="true"] {{ color: {theme.accent_text}; }}

QPushButton[chip="true"] {{ background: {theme.raised}; border-color: transparent;
    border-radius: 10px; padding: 2px 9px; color: {theme.dim}; font-size: 12px; }}
QPushButton[chip="true"]:hover {{ color: {theme.text}; }}
QPushButton[chip="true"]:checked {{ background: {theme.selected}; color: {theme.accent_text}; }}
QPushButton[chip="true"]:disabled {{ color: {theme.off}; }}
QPushButton[chip="true"]:focus {{ border-color: {theme.accent}; }}
QPushButton[chip="true"]::menu-indicator {{ image: none; width: 0; }}
QListView#worklist\.offered {{ background: {theme.raised}; border: 1px solid {theme.line}; }}
QListView#worklist\.offered::item {{ padding: 4px 8px; }}
QListView#worklist\.offered::item:selected {{ background: {theme.accent};
    color: {theme.on_accent}; }}
QFrame#worklist\.numbers {{ background: {theme.raised}; border: 1px solid {theme.line};
    border-radius: 6px; }}

QSplitter::handle {{ background: {theme.panel}; }}
QLabel[dim="true"] {{ color: {theme.dim}; }}
QLabel[heading="true"] {{ color: {theme.dim}; font-size: 11px; letter-spacing: 1px; }}

QListView {{ background: {theme.panel}; border: none; outline: none; }}
QScrollBar:vertical {{ background: transparent; width: 10px; margin: 0; }}
QScrollBar::handle:vertical {{ background: {theme.line}; border-radius: 4px; min-height: 28px;
    margin: 1px; }}
QScrollBar::handle:vertical:hover {{ background: {theme.dim}; }}
QScrollBar::add-line, QScrollBar::sub-line {{ height: 0; width: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
QScrollArea {{ background: {theme.panel}; border: none; }}

QWidget[film-bar="true"] {{ background: {theme.panel}; border-bottom: 1px solid {theme.line}; }}
QWidget#message-bar {{ background: {theme.warning_ground};
    border-bottom: 1px solid {theme.accent}; }}
QWidget#message-bar QLabel {{ color: {theme.warning_text}; }}
QWidget#message-bar QPushButton {{ color: {theme.warning_text}; border-color: {theme.dim}; }}
QWidget#versions {{ background: {theme.panel}; border: 1px solid {theme.line};
    border-radius: 6px; }}
QListView#versions_list::item {{ border-radius: 4px; padding-left: 6px; }}
QListView#versions_list::item:selected {{ background: {theme.selected}; color: {theme.text}; }}
QListView#versions_list::item:hover:!selected {{ background: {theme.hover}; }}
QWidget#window-panel {{ background: {theme.panel}; border: 1px solid {theme.line};
    border-radius: 6px; }}
QCheckBox::indicator {{ width: 13px; height: 13px; border-radius: 3px;
    border: 1px solid {theme.dim}; background: {theme.raised}; }}
QCheckBox::indicator:checked {{ background: {theme.accent};
    border: 1px solid {theme.accent}; image: url("{resource("icons", "tick.svg").as_posix()}"); }}
QCheckBox::indicator:checked:disabled {{ background: {theme.off};
    border: 1px solid {theme.off}; }}
QCheckBox:focus {{ color: {theme.accent_text}; }}
QWidget#training-drawer, QWidget#training-drawer QStackedWidget {{ background: {theme.panel}; }}
QWidget#training-drawer QFrame[divider="true"],
QDialog#export-dialog QFrame[divider="true"] {{ background: {theme.line}; border: none; }}
QSpinBox, QDoubleSpinBox {{ background: {theme.raised}; border: 1px solid {theme.line};
    border-radius: 4px; padding: 1px 4px; color: {theme.text};
    selection-background-color: {theme.accent}; selection-color: {theme.on_accent}; }}
QSpinBox:focus, QDoubleSpinBox:focus {{ border-color: {theme.accent}; }}
QAbstractSpinBox QLineEdit {{ background: transparent; border: none; padding: 0 6px; }}
QDialogButtonBox {{ dialogbuttonbox-buttons-have-icons: 0; }}
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button {{ width: 0; border: none; }}
QTableView {{ background: {theme.panel}; border: none; outline: none; color: {theme.text};
    selection-background-color: {theme.selected}; selection-color: {theme.text}; }}
QTableView::item:hover:!selected {{ background: {theme.hover}; }}
QHeaderView {{ background: {theme.panel}; }}
QHeaderView::section {{ background: {theme.panel}; color: {theme.dim}; border: none;
    border-bottom: 1px solid {theme.line}; padding: 2px 4px; font-size: 12px; }}
QPlainTextEdit {{ background: {theme.raised}; border: 1px solid {theme.line}; border-radius: 4px;
    color: {theme.text}; }}
QWidget#patient-timeline, QWidget#patient\.cards {{ background: {theme.panel}; }}
QWidget#patient-timeline {{ border-top: 1px solid {theme.line}; }}
QScrollBar:horizontal {{ background: transparent; height: 6px; margin: 0; }}
QScrollBar::handle:horizontal {{ background: {theme.line}; border-radius: 3px; min-width: 28px; }}
QToolButton#status\.training, QToolButton#status\.ordering {{ border: none; padding: 2px 6px;
    color: {theme.accent_text}; }}
QWidget#command-palette {{ background: {theme.panel}; border: 1px solid {theme.dim};
    border-radius: 8px; }}
QWidget#command-palette QLineEdit {{ padding: 8px 10px; font-size: 14px; }}
QTabWidget::pane {{ border: none; border-top: 1px solid {theme.line}; }}
QTabWidget#settings\.pages::tab-bar {{ left: 14px; }}
QTabBar {{ background: transparent; qproperty-drawBase: 0; outline: none; }}
QTabBar::tab {{ background: transparent; color: {theme.dim}; padding: 8px 14px; border: none;
    border-bottom: 2px solid transparent; }}
QTabBar::tab:selected {{ color: {theme.accent_text}; border-bottom-color: {theme.accent}; }}
QTabBar::tab:focus {{ background: {theme.hover}; }}
QTabWidget#side\.tabs QTabBar::tab {{ padding: 5px 7px; }}
QScrollArea > QWidget > QWidget#settings\.inside {{ background: {theme.panel}; }}
QDialog#settings-dialog QSpinBox, QDialog#settings-dialog QDoubleSpinBox {{ padding: 5px 8px; }}
QComboBox {{ background: {theme.raised}; border: 1px solid {theme.line}; border-radius: 5px;
    padding: 5px 10px; color: {theme.text}; }}
QComboBox::drop-down {{ border: none; width: 22px; }}
QComboBox:focus {{ border-color: {theme.accent}; }}
QComboBox QAbstractItemView {{ background: {theme.raised}; color: {theme.text};
    selection-background-color: {theme.selected}; selection-color: {theme.text}; }}
QTreeWidget {{ background: {theme.panel}; border: 1px solid {theme.line}; border-radius: 5px;
    outline: none; color: {theme.text}; }}
QTreeWidget::item {{ padding: 4px 6px; }}
QTreeWidget::item:hover {{ background: {theme.hover}; }}
QTreeWidget::item:selected {{ background: {theme.selected}; color: {theme.accent_text}; }}
QTreeWidget:focus {{ border-color: {theme.accent}; }}
QDialog#export-dialog QWidget#export\.labels-inside {{ background: {theme.panel}; }}
QDialog#export-dialog QLabel[failed="true"] {{ color: {theme.bad}; }}
QProgressBar#export\.progress {{ background: {theme.line}; border: none; max-height: 3px; }}
QProgressBar#export\.progress::chunk {{ background: {theme.accent}; }}
QDialog#shortcut-sheet, QDialog#about {{ border: 1px solid {theme.line}; }}
"""
