"""What the program is, and what it is not."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QVBoxLayout, QWidget

from opacity_studio import __version__

TEXT = """\
<p style="font-size: 18px">Opacity Studio {version}</p>
<p>Lung opacity on chest X-rays: predicted, corrected and measured.<br>
Outlines are LabelMe files beside the films.</p>
<p><b>Research software, not a medical device.</b><br>
Nothing it shows may be used to diagnose or treat a person.</p>
<p>{models}</p>
<p>MIT licence. Built on Qt for Python, ONNX Runtime, NumPy, OpenCV,<br>
Shapely and pydicom, each under its own licence.</p>
"""


class About(QDialog):
    """Version, networks in use, licence, and the sentence about medical devices."""

    def __init__(self, models: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("about")
        self.setAccessibleName("About Opacity Studio")
        self.setWindowTitle("About Opacity Studio")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        label = QLabel(TEXT.format(version=__version__, models=models), self)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        buttons.rejected.connect(self.close)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(28, 18, 28, 18)
        layout.addWidget(label)
        layout.addWidget(buttons)
