"""Run with QT_SCALE_FACTOR=2: prints what the film view makes of a dense screen, as JSON."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from opacity_studio.domain.annotation import Annotation
from opacity_studio.domain.labels import OPACITY
from opacity_studio.domain.radiograph import Radiograph
from opacity_studio.domain.review_status import Reader
from opacity_studio.domain.shape import Shape
from opacity_studio.gui.canvas.difference_layer import REMOVED, DifferenceLayer
from opacity_studio.gui.film.film_view import FilmView
from opacity_studio.review.session import ReviewSession


def main() -> None:
    application = QApplication([])
    session = ReviewSession(Reader("A"))
    view = FilmView()
    view.set_session(session)
    view.resize(300, 240)
    view.show()
    application.processEvents()
    pixels = (np.add.outer(np.arange(300) * 3, np.arange(400) * 5) % 256).astype(np.uint8)
    square = Shape(OPACITY, [[100, 80], [180, 80], [180, 160], [100, 160]])
    session.open(Radiograph(pixels, Path("f.png")), Annotation("f.png", 400, 300, (square,)))
    view.zoom_to_pixels()
    corner = view.image_to_widget(0, 0) * 2
    picture = view.grab().toImage()
    places = [(20, 30), (200, 350), (299, 399)]
    shown = [
        picture.pixelColor(round(corner.x()) + column, round(corner.y()) + row).red()
        for row, column in places
    ]
    layer = DifferenceLayer()
    layer.set_view(picture.size(), 2.0)
    layer.set_transform(view._scene.transform)
    layer.set_sides((square,), ())
    codes = layer.codes(picture.rect())
    session.select({square.key})
    start, end = (view.image_to_widget(*at).toPoint() for at in ((180, 160), (220, 200)))
    QTest.mousePress(view, Qt.MouseButton.LeftButton, pos=start)
    QTest.mouseMove(view, (start + end) / 2)
    QTest.mouseMove(view, end)
    QTest.mouseRelease(view, Qt.MouseButton.LeftButton, pos=end)
    step = view.image_to_widget(11, 10) - view.image_to_widget(10, 10)
    told = {
        "ratio": view.devicePixelRatioF(),
        "round_trip": view.widget_to_image(view.image_to_widget(123.25, 77.5)),
        "pixel_in_logical_pixels": step.x(),
        "shown": shown,
        "stored": [int(pixels[place]) for place in places],
        "removed_pixels": int((codes == REMOVED.code).sum()),
        "model_area": 80 * 80,
        "dragged_to": session.annotation.shapes[0].points[2].tolist(),
    }
    print(json.dumps(told))


if __name__ == "__main__":
    main()
