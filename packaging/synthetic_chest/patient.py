"""One synthetic patient: the measures that stay the same from film to film, and those that vary."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Patient:
    """Anatomy that a patient keeps on every film (centimetres unless said otherwise)."""

    half_width: float
    lung_height: float
    cavity_depth: float
    wall: float
    heart_size: float
    aorta: float
    rib_spacing: float
    rib_strength: float
    rib_drop: float
    spine_lean: float
    breast: float
    bronchovascular: float
    anatomy_seed: int


@dataclass(frozen=True)
class Exposure:
    """What differs from film to film: projection, breath, turn, physics and display."""

    supine: bool
    inspiration: float
    turn: float
    angle: float
    shift: tuple[float, float]
    margin: float
    dose: float
    scatter: float
    blur: float
    contrast: float
    brightness: float
    local_contrast: float
    sharpen: float
    arms_out: float
    collimated: bool
    leads: bool
    tube: bool
    line: bool
    marker: str


def sample_patient(rng: np.random.Generator) -> Patient:
    """Draw a patient."""
    female = rng.random() < 0.45
    stout = float(np.clip(rng.normal(0.5, 0.25), 0, 1))
    return Patient(
        half_width=float(rng.normal(13.2 if female else 14.3, 0.6)),
        lung_height=float(np.clip(rng.normal(22.5 if female else 24.5, 1.3), 19, 28)),
        cavity_depth=float(rng.normal(15.5, 0.9)),
        wall=float(3.4 + 3.6 * stout + rng.normal(0, 0.3)),
        heart_size=float(np.clip(rng.normal(0.97, 0.08) + 0.12 * stout, 0.82, 1.25)),
        aorta=float(np.clip(rng.normal(1.0, 0.2), 0.65, 1.5)),
        rib_spacing=float(rng.normal(2.42, 0.08)),
        rib_strength=float(np.clip(rng.normal(1.0, 0.2), 0.55, 1.5)),
        rib_drop=float(np.clip(rng.normal(1.0, 0.14), 0.7, 1.35)),
        spine_lean=float(rng.normal(0, 0.5)),
        breast=float(rng.uniform(0.6, 1.6)) if female else 0.0,
        bronchovascular=float(np.clip(rng.normal(1.0, 0.2), 0.6, 1.35)),
        anatomy_seed=int(rng.integers(2**31)),
    )


def sample_exposure(rng: np.random.Generator, supine: bool | None = None) -> Exposure:
    """Draw the circumstances of one film; bedside (supine AP) films are the poorer ones."""
    bedside = bool(rng.random() < 0.35) if supine is None else supine
    return Exposure(
        supine=bedside,
        inspiration=float(
            np.clip(rng.normal(0.83, 0.06), 0.68, 0.95) if bedside else rng.normal(1.0, 0.05)
        ),
        turn=float(rng.normal(0, 0.5 if bedside else 0.25)),
        angle=float(rng.normal(0, 0.03 if bedside else 0.015)),
        shift=(float(rng.normal(0, 0.8)), float(rng.normal(0, 0.8))),
        margin=float(rng.uniform(1.0, 4.0)),
        dose=float(np.exp(rng.normal(np.log(900 if bedside else 1600), 0.5))),
        scatter=float(rng.uniform(0.7, 1.3) if bedside else rng.uniform(0.3, 0.7)),
        blur=float(rng.uniform(0.02, 0.05)),
        contrast=float(np.clip(rng.normal(1.0, 0.18), 0.6, 1.5)),
        brightness=float(rng.normal(0, 0.05)),
        local_contrast=float(np.clip(rng.normal(0.45, 0.25), 0, 1)),
        sharpen=float(np.clip(rng.normal(0.6, 0.4), 0, 1.6)),
        arms_out=float(rng.uniform(0, 1)),
        collimated=bool(rng.random() < 0.45),
        leads=bool(rng.random() < (0.6 if bedside else 0.08)),
        tube=bool(rng.random() < (0.35 if bedside else 0.0)),
        line=bool(rng.random() < (0.35 if bedside else 0.02)),
        marker=str(rng.choice(["L", "R", "L", "R", ""])),
    )
