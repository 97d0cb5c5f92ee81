"""What the program is, and what it is not."""

from __future__ import annotations

from html import escape
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QVBoxLayout, QWidget

from opacity_studio import __version__
from opacity_studio.domain.wording import tr

_WIDTH: Final = 440


def _text(models: str) -> str:
    purpose = tr("Lung opacity on chest X-rays: predicted, corrected and measured.")
    files = tr("Outlines are LabelMe files beside the films.")
    device = tr("Research software, not a medical device.")
    use = tr("Nothing it shows may be used to diagnose or treat a person.")
    licence = tr(
        "MIT licence. Built on Qt for Python, ONNX Runtime, NumPy, OpenCV, Shapely and pydicom, "
        "each under its own licence."
    )
    return (
        f'<p style="font-size: 18px">Opacity Studio {__version__}</p>'
        f"<p>{purpose}<br>{files}</p><p><b>{device}</b><br>{use}</p>"
        f"<p>{escape(models)}</p><p>{licence}</p>"
    )


class About(QDialog):
    """Version, networks in use, licence, and the sentence about medical devices."""

    def __init__(self, models: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("about")
        self.setAccessibleName(tr("About Opacity Studio"))
        self.setWindowTitle(tr("About Opacity Studio"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        label = QLabel(_text(models), self)
        label.setWordWrap(True)
        label.setMinimumWidth(_WIDTH)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        buttons.rejected.connect(self.close)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(28, 18, 28, 18)
        layout.addWidget(label)
        layout.addWidget(buttons)
