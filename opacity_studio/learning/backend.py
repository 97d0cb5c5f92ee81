"""TensorFlow, Keras and segmentation_models, imported once, silently, with the right switches."""

from __future__ import annotations

import contextlib
import io
import os
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final

from opacity_studio.domain.errors import TrainingDataError

_SWITCHES: Final = {
    "TF_USE_LEGACY_KERAS": "1",  # segmentation_models speaks Keras 2
    "SM_FRAMEWORK": "tf.keras",
    "NO_ALBUMENTATIONS_UPDATE": "1",  # no question to a server at import
    "TF_CPP_MIN_LOG_LEVEL": "3",
}


_BFLOAT16_INSTRUCTIONS: Final = {"avx512_bf16", "amx_bf16"}


def load_backend() -> Any:
    """Return a namespace with `tf`, `keras` and `sm`.

    The switches must be set before TensorFlow is imported for the first time, which is why nothing
    else in this project imports it. segmentation_models prints on import: stdout carries results,
    and nobody may be listening at stderr any more, so that goes nowhere.

    Raises
    ------
    TrainingDataError
        The ``train`` extra is not installed.
    """
    for name, value in _SWITCHES.items():
        os.environ.setdefault(name, value)
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            import segmentation_models as sm
            import tensorflow as tf
            import tf_keras as keras
    except ImportError as error:
        raise TrainingDataError(
            "Training needs packages that are not installed "
            f"({error.name}): run pip install 'opacity-studio[train]'."
        ) from error
    tf.get_logger().setLevel("ERROR")
    return SimpleNamespace(tf=tf, keras=keras, sm=sm)


def is_faster_in_bfloat16() -> bool:
    """Return whether this machine trains faster in bfloat16 than in single precision.

    A processor with instructions for it does: a step took two thirds of the time. On one without
    them TensorFlow leaves oneDNN for code of its own, in which a step took 15 times as long. A GPU
    does well in single precision (TF32 since Ampere), and older ones have nothing else: bfloat16 is
    there for those who ask.
    """
    if load_backend().tf.config.list_physical_devices("GPU"):
        return False
    try:
        about = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False  # a system that does not tell; desktop processors have none of it
    flags = next((line for line in about.splitlines() if line.startswith("flags")), "")
    return not _BFLOAT16_INSTRUCTIONS.isdisjoint(flags.split())
