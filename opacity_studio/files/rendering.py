"""A film as a picture other programs can open."""

from __future__ import annotations

import cv2

from opacity_studio.domain.display import default_window, render_grey
from opacity_studio.domain.radiograph import Radiograph


def png_rendering(radiograph: Radiograph) -> bytes:
    """Return the film in its default window as an 8-bit grey PNG of the same size.

    This is what goes into ``imageData`` where LabelMe cannot open the film itself.
    """
    grey = render_grey(radiograph, default_window(radiograph))
    done, encoded = cv2.imencode(".png", grey)
    if not done:
        raise RuntimeError("OpenCV could not encode a grey picture as PNG")
    return encoded.tobytes()
