"""A trained network as a model folder: weights, ONNX graph and card, ready to be put to use."""

from __future__ import annotations

import gc
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import numpy as np

from opacity_studio.domain.card_text import card_text
from opacity_studio.domain.model_version import sealed_card
from opacity_studio.domain.preprocessing import INPUT_SIZE
from opacity_studio.files.atomic import digest_of, write_atomically
from opacity_studio.files.model_store import CARD, CARD_TEXT, GRAPH, WEIGHTS
from opacity_studio.learning.backend import load_backend
from opacity_studio.learning.network import build_network

_OPSET: Final = 17
_FOLDING: Final = ("Conv", "BatchNormalization")
_SMALLEST_HALVED: Final = 64
"""Tensors with fewer values stay float32: nothing is gained, and shapes must stay integers."""


def export_model(
    folder: Path,
    weights: Sequence[np.ndarray[Any, Any]],
    card: Mapping[str, Any],
) -> None:
    """Write a model folder.

    Weights are rounded to half precision first, so that the Keras file and the graph hold the very
    same numbers in half the bytes; both compute in float32.

    Parameters
    ----------
    folder
        Is made; its name should be the model's id.
    weights
        As `keras.Model.get_weights` gives them.
    card
        ``model.json`` without the digests (see `learning.card.model_card`). Its settings say how
        far the graph reduces a film before the network works on it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    network = build_network()
    network.set_weights([_rounded(weight) for weight in weights])
    network.save_weights(str(folder / WEIGHTS))
    _halve_weights_file(folder / WEIGHTS)
    reduction = card["training"]["settings"].get("reduction", 1)
    (folder / GRAPH).write_bytes(_onnx_graph(network, reduction))
    digests = {name: digest_of((folder / name).read_bytes()) for name in (GRAPH, WEIGHTS)}
    write_card(folder, {**card, "digests": digests})


def write_card(folder: Path, card: Mapping[str, Any]) -> None:
    """Write ``model.json``, with a digest of its own, and ``CARD.md`` into a model folder.

    Parameters
    ----------
    card
        With the digests of the network's files.
    """
    text = json.dumps(sealed_card(card), indent=2, ensure_ascii=False) + "\n"
    for name, said in ((CARD, text), (CARD_TEXT, card_text(card))):
        write_atomically(folder / name, said.encode(errors="backslashreplace"))


def _rounded(weight: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    limit = np.finfo(np.float16).max
    return np.clip(weight, -limit, limit).astype(np.float16).astype(np.float32)


def _halve_weights_file(path: Path) -> None:
    """Store the datasets of a Keras weights file as float16."""
    import h5py

    halved = path.with_suffix(".half")
    with h5py.File(path, "r") as source, h5py.File(halved, "w") as target:

        def copy(name: str, item: Any) -> None:
            if isinstance(item, h5py.Dataset):
                made = target.create_dataset(name, data=item[()].astype(np.float16))
            else:
                made = target.require_group(name)
            for key, value in item.attrs.items():
                made.attrs[key] = value

        for key, value in source.attrs.items():
            target.attrs[key] = value
        source.visititems(copy)
    halved.replace(path)


def reduced(network: Any, films: Any, reduction: int) -> Any:
    """Return what `network` makes of means of `reduction`×`reduction` pixels, at full size.

    Parameters
    ----------
    films
        N×S×S×3 float32 tensor.

    Returns
    -------
    tensor of float32
        N×S×S×1 probabilities, interpolated linearly between those of the means.
    """
    if reduction == 1:
        return network(films, training=False)
    tf = load_backend().tf
    small = tf.nn.avg_pool2d(films, reduction, reduction, "VALID")
    return tf.image.resize(network(small, training=False), films.shape[1:3], "bilinear")


def _onnx_graph(network: Any, reduction: int) -> bytes:
    """Return the network as an ONNX graph: film N×S×S×3 float32 to probability N×S×S×1."""
    tf = load_backend().tf
    import tf2onnx

    signature = [tf.TensorSpec((None, INPUT_SIZE, INPUT_SIZE, 3), tf.float32, name="film")]
    run = tf.function(
        lambda film: {"probability": reduced(network, film, reduction)}, input_signature=signature
    )
    with _batch_norm_apart(), _few_copies():
        model, _ = tf2onnx.convert.from_function(run, input_signature=signature, opset=_OPSET)
    _modernise_upsampling(model)
    _halve_initializers(model)
    return bytes(model.SerializeToString(deterministic=True))


@contextmanager
def _batch_norm_apart() -> Iterator[None]:
    """Keep tf2onnx from folding batch norm into the convolution before it.

    Folded weights would be rounded to half precision once more (up to 0.006 in probability was
    measured); ONNX Runtime folds them when it loads the graph, in single precision.
    """
    from tf2onnx.optimizer import back_to_back_optimizer

    rules = back_to_back_optimizer._func_map
    rule = rules.pop(_FOLDING, None)
    try:
        yield
    finally:
        if rule is not None:
            rules[_FOLDING] = rule


@contextmanager
def _few_copies() -> Iterator[None]:
    """Keep tf2onnx from filling the memory with copies of the network.

    It copies the graph for each of two dozen passes, in circles that lie about until the garbage
    is next collected, which objects as large and few as these do not bring about: 4.5 GB were
    measured. Collecting it before each pass takes no time while all older objects are set apart.
    """
    from tf2onnx import optimizer

    passes = optimizer._optimizers
    before = dict(passes)

    def after_collection(make: Callable[[], Any]) -> Callable[[], Any]:
        def made() -> Any:
            gc.collect()
            return make()

        return made

    gc.collect()  # of the training, too
    gc.freeze()
    passes.update({name: after_collection(make) for name, make in before.items()})
    try:
        yield
    finally:
        passes.update(before)
        gc.unfreeze()
        gc.collect()


def _modernise_upsampling(model: Any) -> None:
    """State nearest-neighbour doubling in the terms that are not deprecated (same pixels)."""
    for node in model.graph.node:
        if node.op_type == "Resize" and not _is_linear(node):
            for attribute in node.attribute:
                if attribute.name == "coordinate_transformation_mode":
                    attribute.s = b"asymmetric"
                if attribute.name == "nearest_mode":
                    attribute.s = b"floor"


def _is_linear(node: Any) -> bool:
    return any(part.name == "mode" and part.s == b"linear" for part in node.attribute)


def _halve_initializers(model: Any) -> None:
    """Store large float32 initializers as float16 behind a Cast, which is folded at load time."""
    from onnx import TensorProto, helper, numpy_helper

    casts = []
    for tensor in model.graph.initializer:
        values = numpy_helper.to_array(tensor)
        if tensor.data_type != TensorProto.FLOAT or values.size < _SMALLEST_HALVED:
            continue
        name = tensor.name
        tensor.CopyFrom(numpy_helper.from_array(values.astype(np.float16), name + ":half"))
        casts.append(helper.make_node("Cast", [name + ":half"], [name], to=TensorProto.FLOAT))
    nodes = [*casts, *model.graph.node]
    del model.graph.node[:]
    model.graph.node.extend(nodes)
