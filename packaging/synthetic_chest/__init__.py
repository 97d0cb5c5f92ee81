"""Synthetic frontal chest radiographs with known lungs and opacities.

No real film can travel with the project, so the sample worklist, the tests' ground truth and some
training material are computed: thickness maps of tissue, bone and air, a line integral of
attenuation through them, scatter, quantum noise and a display curve.
"""

from synthetic_chest.film import Film, render, truth_polygons

__all__ = ["Film", "render", "truth_polygons"]
