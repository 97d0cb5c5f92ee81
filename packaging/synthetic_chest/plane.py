"""The film plane: centimetres of the patient to pixels of the film, and painting in it."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

FloatMap = NDArray[np.float32]
Points = NDArray[np.float64]

# cv2's drawing functions take integer coordinates with this many fractional bits.
_SHIFT = 4


@dataclass(frozen=True)
class FilmPlane:
    """Similarity from patient centimetres to film pixels.

    The patient's origin is the midline at the height of the lung apices; x points to the right of
    the film (the patient's left), y down. Pixel (r, c) covers [c, c+1) x [r, r+1).

    Parameters
    ----------
    width, height : int
        Film size in px.
    scale : float
        Pixels per centimetre.
    origin : tuple of float
        Film position (x, y) of the patient's origin, in px.
    angle : float
        Rotation of the patient on the film, radians, clockwise as seen.
    """

    width: int
    height: int
    scale: float
    origin: tuple[float, float]
    angle: float = 0.0

    def to_pixels(self, points: Points) -> Points:
        """Map (N, 2) centimetres to (N, 2) pixels."""
        cos, sin = np.cos(self.angle), np.sin(self.angle)
        turned = points @ np.array([[cos, sin], [-sin, cos]])
        return np.asarray(turned * self.scale + np.asarray(self.origin))

    def grid(self) -> tuple[FloatMap, FloatMap]:
        """Centimetre coordinates x, y of every pixel centre, each (height, width) float32."""
        cols = (np.arange(self.width, dtype=np.float32) + 0.5 - self.origin[0]) / self.scale
        rows = (np.arange(self.height, dtype=np.float32) + 0.5 - self.origin[1]) / self.scale
        cos, sin = np.float32(np.cos(self.angle)), np.float32(np.sin(self.angle))
        x = cols[None, :] * cos + rows[:, None] * sin
        y = -cols[None, :] * sin + rows[:, None] * cos
        return x, y

    def blur(self, field: FloatMap, sigma_cm: float) -> FloatMap:
        """Gaussian blur by centimetres; wide ones run on a reduced copy, which looks the same."""
        sigma = sigma_cm * self.scale
        reduction = max(1, int(sigma / 4))
        if reduction == 1:
            return np.asarray(
                cv2.GaussianBlur(field, (0, 0), max(sigma, 0.05), borderType=cv2.BORDER_REPLICATE),
                np.float32,
            )
        small_size = (max(2, self.width // reduction), max(2, self.height // reduction))
        small = cv2.resize(field, small_size, interpolation=cv2.INTER_AREA)
        small = cv2.GaussianBlur(small, (0, 0), sigma / reduction, borderType=cv2.BORDER_REPLICATE)
        full = cv2.resize(small, (self.width, self.height), interpolation=cv2.INTER_CUBIC)
        return np.asarray(full, np.float32)

    def noise(self, rng: np.random.Generator, grain_cm: float) -> FloatMap:
        """Smooth Gaussian noise, zero mean and unit variance, of about that grain."""
        cell = max(1.0, grain_cm * self.scale / 2)
        shape = (int(self.height / cell) + 3, int(self.width / cell) + 3)
        grains = rng.standard_normal(shape).astype(np.float32)
        coarse = cv2.GaussianBlur(grains, (0, 0), 1.0, borderType=cv2.BORDER_REFLECT)
        size = (self.width, self.height)
        fine = np.asarray(cv2.resize(coarse, size, interpolation=cv2.INTER_CUBIC), np.float32)
        return np.asarray((fine - fine.mean()) / (fine.std() + 1e-6), np.float32)

    def fractal(self, rng: np.random.Generator, grain_cm: float, octaves: int = 4) -> FloatMap:
        """Sum of noise octaves from that grain downwards (unit variance)."""
        total = np.zeros((self.height, self.width), np.float32)
        for octave in range(octaves):
            total += self.noise(rng, grain_cm / 2**octave) * np.float32(0.6**octave)
        return np.asarray(total / total.std(), np.float32)

    def canvas(self) -> NDArray[np.uint8]:
        """Blank 8-bit plane to paint on (anti-aliasing in OpenCV needs 8 bits)."""
        return np.zeros((self.height, self.width), np.uint8)

    def fill(self, canvas: NDArray[np.uint8], outline: Points, value: float = 255) -> None:
        """Paint a closed polygon given in centimetres, anti-aliased."""
        cv2.fillPoly(canvas, [self._fixed(outline)], float(value), cv2.LINE_AA, _SHIFT)

    def region(self, outline: Points) -> FloatMap:
        """Anti-aliased coverage 0..1 of a closed polygon given in centimetres."""
        canvas = self.canvas()
        self.fill(canvas, outline)
        return share(canvas)

    def band(
        self,
        canvas: NDArray[np.uint8],
        path: Points,
        half_width: Points,
        levels: tuple[tuple[float, float], ...],
    ) -> None:
        """Paint a band along a path as nested strips, outermost first.

        Parameters
        ----------
        path : (N, 2) centimetres along the middle of the band.
        half_width : (N,) centimetres.
        levels : pairs (fraction of the half width, grey value 0..255), fractions falling.
        """
        tangent = np.gradient(path, axis=0)
        normal = np.column_stack([-tangent[:, 1], tangent[:, 0]])
        normal /= np.maximum(np.linalg.norm(normal, axis=1, keepdims=True), 1e-9)
        for fraction, value in levels:
            offset = normal * (half_width * fraction)[:, None]
            self.fill(canvas, np.vstack([path + offset, (path - offset)[::-1]]), value)

    def line(self, canvas: NDArray[np.uint8], path: Points, width_cm: float, value: float) -> None:
        """Paint an open polyline; widths under a pixel paint a pixel of proportional value."""
        pixels = width_cm * self.scale
        strength = min(1.0, pixels)
        cv2.polylines(
            canvas,
            [self._fixed(path)],
            False,
            float(value * strength),
            max(1, round(pixels)),
            cv2.LINE_AA,
            _SHIFT,
        )

    def inner_distance(self, coverage: FloatMap) -> FloatMap:
        """Distance in cm from each pixel inside the region to the region's border."""
        inside = (coverage > 0.5).astype(np.uint8)
        distance = cv2.distanceTransform(inside, cv2.DIST_L2, cv2.DIST_MASK_5)
        return np.asarray(distance / self.scale, np.float32)

    def _fixed(self, points: Points) -> NDArray[np.int32]:
        # cv2 puts integer coordinates at pixel centres, the film plane puts them at corners.
        return np.round((self.to_pixels(points) - 0.5) * (1 << _SHIFT)).astype(np.int32)


def spline(knots: Points, count: int = 80) -> Points:
    """Smooth open curve through (N, 2) knots (centripetal parameter, natural cubic)."""
    steps = np.sqrt(np.maximum(np.linalg.norm(np.diff(knots, axis=0), axis=1), 1e-6))
    at = np.concatenate([[0.0], np.cumsum(steps)])
    where = np.linspace(0.0, at[-1], count)
    return np.column_stack([_natural_cubic(at, knots[:, k], where) for k in (0, 1)])


def _natural_cubic(at: Points, value: Points, where: Points) -> Points:
    gap = np.diff(at)
    count = len(at)
    system = np.eye(count)
    right = np.zeros(count)
    for k in range(1, count - 1):
        system[k, k - 1 : k + 2] = gap[k - 1], 2 * (gap[k - 1] + gap[k]), gap[k]
        right[k] = 6 * ((value[k + 1] - value[k]) / gap[k] - (value[k] - value[k - 1]) / gap[k - 1])
    bend = np.linalg.solve(system, right)
    at_or_before = np.clip(np.searchsorted(at, where) - 1, 0, count - 2)
    after = at_or_before + 1
    width = gap[at_or_before]
    left, over = at[after] - where, where - at[at_or_before]
    return np.asarray(
        (bend[at_or_before] * left**3 + bend[after] * over**3) / (6 * width)
        + (value[at_or_before] / width - bend[at_or_before] * width / 6) * left
        + (value[after] / width - bend[after] * width / 6) * over
    )


def share(canvas: NDArray[np.uint8]) -> FloatMap:
    """Turn painted grey values into shares 0..1."""
    return np.asarray(canvas, np.float32) / np.float32(255)


def dome(depth: FloatMap, radius: float) -> FloatMap:
    """Chord through a rounded body: 0 at its border, 1 from `radius` cm inwards."""
    inward = np.clip(depth / radius, 0, 1)
    return np.asarray(np.sqrt(np.clip(1 - (1 - inward) ** 2, 0, 1)), np.float32)
