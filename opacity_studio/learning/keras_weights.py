"""Keras weights from elsewhere, as the original study published its own, made a model folder."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import numpy as np

from opacity_studio import __version__
from opacity_studio.domain.errors import ModelError, TrainingDataError
from opacity_studio.domain.model_version import Task
from opacity_studio.domain.preprocessing import INPUT_SIZE
from opacity_studio.files.atomic import digest_of
from opacity_studio.learning.backend import load_backend
from opacity_studio.learning.card import imported_card
from opacity_studio.learning.model_export import export_model
from opacity_studio.learning.network import build_network
from opacity_studio.learning.weights_file import read_weights

_PROBES: Final = 2

Array = np.ndarray[Any, Any]


def import_keras(path: Path, folder: Path, task: Task, *, threshold: float) -> tuple[Array, Array]:
    """Make a model folder of Keras weights in HDF5.

    Parameters
    ----------
    path
        The weights.
    folder
        Is made; its name becomes the model's id.
    threshold
        Operating threshold.

    Returns
    -------
    films, probability : ndarray of float32
        N×S×S×3 inputs and the N×S×S outputs of the weights as they came, in Keras: the exported
        graph must agree.

    Raises
    ------
    ModelError
        The ``train`` extra is not installed, or the file does not hold finite weights of a U-Net
        with ResNet18 encoder and one output.
    """
    _need_keras(path)
    network = build_network(INPUT_SIZE)
    try:
        network.set_weights(read_weights(path, network))
    except ValueError as error:
        raise ModelError(
            f"{path} {error}: choose weights of segmentation_models.Unet('resnet18', classes=1) "
            "in HDF5.",
            path,
        ) from error
    card = imported_card(
        folder.name,
        task,
        threshold=threshold,
        file=path.name,
        digest=digest_of(path.read_bytes()),
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        code_version=__version__,
    )
    films = _probes()
    probability = network(films, training=False).numpy()[..., 0]
    export_model(folder, network.get_weights(), card)
    return films, probability


def _need_keras(path: Path) -> None:
    try:
        load_backend()
    except TrainingDataError as error:
        raise ModelError(
            f"{path} holds Keras weights, which need packages that are not installed to become a "
            "model: run pip install 'opacity-studio[train]'.",
            path,
        ) from error


def _probes() -> Array:
    """Return films to compare two forms of a network on: a blurred one and noise."""
    random = np.random.default_rng(0)
    coarse = random.random((_PROBES, 10, 10, 1), dtype=np.float32)
    scale = INPUT_SIZE // 10
    films = coarse.repeat(scale, axis=1).repeat(scale, axis=2)
    films[-1] = random.random((INPUT_SIZE, INPUT_SIZE, 1), dtype=np.float32)
    return np.repeat(films, 3, axis=3)
