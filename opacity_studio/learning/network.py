"""The study's network: U-Net with a ResNet18 encoder from segmentation_models."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from opacity_studio.domain.errors import ModelError
from opacity_studio.learning.backend import is_faster_in_bfloat16, load_backend
from opacity_studio.learning.weights_file import read_weights

BATCH_NORM_MOMENTUM: Final = 0.9
"""Keras' 0.99 needs hundreds of steps to forget its start; a small data set has few an epoch."""


def build_network(size: int | None = None, *, half: bool | None = False) -> Any:
    """Return an untrained network: N×S×S×3 float32 films to N×S×S×1 float32 probabilities.

    Parameters
    ----------
    size
        Edge of the input; None for any multiple of 32.
    half
        Compute in bfloat16 where that is safe, with float32 weights and a float32 sigmoid: the
        focal loss takes a logarithm next to 0 and 1, which bfloat16 cannot tell apart from them.
        None for whatever this machine is faster in.

    Notes
    -----
    Weights are arranged as in ``segmentation_models.Unet("resnet18", classes=1)``, so that files
    saved from either load into the other. The encoder starts at random: nothing is downloaded.
    """
    backend = load_backend()
    keras = backend.keras
    if half is None:
        half = is_faster_in_bfloat16()
    previous = keras.mixed_precision.global_policy()
    keras.mixed_precision.set_global_policy("mixed_bfloat16" if half else "float32")
    try:
        unet = backend.sm.Unet(
            "resnet18",
            input_shape=(size, size, 3),
            encoder_weights=None,
            classes=1,
            activation="linear",
        )
    finally:
        keras.mixed_precision.set_global_policy(previous)
    exact = keras.layers.Activation("linear", dtype="float32")(unet.output)
    probability = keras.layers.Activation("sigmoid", dtype="float32", name="probability")(exact)
    network = keras.Model(unet.input, probability)
    for layer in network.layers:
        if isinstance(layer, keras.layers.BatchNormalization):
            layer.momentum = BATCH_NORM_MOMENTUM
    return network


def hold_batch_norm(network: Any) -> None:
    """Keep all batch-norm layers as they are, from the next compilation on.

    A network that is trained further has statistics of many films. A few corrections in small
    batches would replace them by their own, and after some steps it would recognise nothing.
    """
    for layer in network.layers:
        if isinstance(layer, load_backend().keras.layers.BatchNormalization):
            layer.trainable = False  # Keras then neither updates nor trains it


def share_batch_norm(network: Any) -> None:
    """Let the batch-norm layers of all devices use statistics of the whole batch."""
    for layer in network.layers:
        if isinstance(layer, load_backend().keras.layers.BatchNormalization):
            layer.fused, layer.synchronized = False, True


def study_loss(*, shared: bool = False) -> Any:
    """Return the study's loss of (masks, probabilities): Dice plus binary focal loss.

    Parameters
    ----------
    shared
        The batch is spread over devices: Dice is taken of all of it, as one device would.
    """
    backend = load_backend()
    losses, tf = backend.sm.losses, backend.tf
    if not shared:
        return losses.dice_loss + losses.binary_focal_loss

    def loss(masks: Any, probability: Any) -> Any:
        sizes = [
            tf.reduce_sum(masks * probability),
            tf.reduce_sum(masks) + tf.reduce_sum(probability),
        ]
        both, total = tf.distribute.get_replica_context().all_reduce("sum", sizes)
        dice = (2.0 * both + losses.SMOOTH) / (total + losses.SMOOTH)
        return 1.0 - dice + losses.binary_focal_loss(masks, probability)

    return loss


def compile_network(network: Any, learning_rate: Any, *, shared: bool = False) -> None:
    """Make `network` ready to train: Adam on the study's loss; IoU and F1 are told."""
    backend = load_backend()
    keras, figures = backend.keras, (backend.sm.metrics.iou_score, backend.sm.metrics.f1_score)
    # Variables are made here, not by the first step: it would be traced twice, seconds each time.
    network.compile(
        keras.optimizers.Adam(learning_rate),
        loss=study_loss(shared=shared),
        metrics=[keras.metrics.MeanMetricWrapper(each, each.__name__) for each in figures],
    )
    network.optimizer.build(network.trainable_variables)


def load_weights(network: Any, path: Path) -> None:
    """Load Keras weights in HDF5, of this program or of ``segmentation_models``.

    Raises
    ------
    ModelError
        The file is unreadable or of another architecture.
    """
    try:
        network.set_weights(read_weights(path, network))
    except ValueError as error:
        raise ModelError(
            f"{path} {error}: choose the weights of a U-Net with ResNet18 encoder.", path
        ) from error
