"""Keras weights in HDF5: numbers, nothing else.

``segmentation_models.Unet("resnet18", classes=1, activation="sigmoid")`` leaves them with
``save_weights("x.h5")``, or inside a whole model with ``save("x.h5")``. A whole model also holds a
configuration that Keras would turn into layers and code; it is not looked at. Nor is anything
outside the file: HDF5 can link to other files, and weights do not.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    import h5py

_MOST_LAYERS: Final = 10_000

Array = np.ndarray[Any, Any]


def read_weights(path: Path, network: Any) -> list[Array]:
    """Return the weights in `path` in the order of ``network.get_weights()``.

    Raises
    ------
    ValueError
        The file does not hold them; the message says why, as the end of a sentence that begins
        with the file.
    """
    import h5py

    try:
        with h5py.File(path, "r") as file:
            layers = dict(_layers(file))
            expected = [layer for layer in network.layers if layer.weights]
            return [weight for layer in _paired(expected, layers) for weight in layer]
    except (OSError, KeyError, TypeError, RuntimeError, UnicodeDecodeError) as error:
        raise ValueError("cannot be read as Keras weights in HDF5") from error


def _layers(file: h5py.File) -> Iterator[tuple[str, list[tuple[str, h5py.Dataset]]]]:
    """Yield the name of each layer that has weights, and these: what each is, and its data."""
    import h5py

    root = file
    if "layer_names" not in root.attrs and "layer_names0" not in root.attrs:
        root = _child(file, "model_weights") if "model_weights" in file else file
    names = _names(root, "layer_names")
    if not names:
        raise ValueError("does not list layers as Keras 2 does")
    for name in names:
        group = _child(root, name)
        weights = []
        for weight in _names(group, "weight_names"):
            data = group
            for part in weight.split("/"):
                data = _child(data, part)
            if not isinstance(data, h5py.Dataset):
                raise ValueError(f"holds no numbers for {weight}")
            weights.append((weight.rpartition("/")[2].partition(":")[0], data))
        if weights:
            yield name, weights


def _names(group: h5py.Group, attribute: str) -> list[str]:
    """Return a list of names that Keras keeps as an attribute, or as several where it is long."""
    parts = [attribute] if attribute in group.attrs else []
    while f"{attribute}{len(parts)}" in group.attrs and attribute not in parts:
        parts.append(f"{attribute}{len(parts)}")
    names = [name for part in parts for name in np.atleast_1d(group.attrs[part])]
    if len(names) > _MOST_LAYERS:
        raise ValueError("lists more layers than any network of this architecture has")
    return [name.decode() if isinstance(name, bytes) else str(name) for name in names]


def _child(group: h5py.Group, name: str) -> Any:
    """Return a member of `group` that lies in this very file: links may lead to other files."""
    import h5py

    if not isinstance(group.get(name, getlink=True), h5py.HardLink):
        raise ValueError("leads to other files, which weights do not")
    return group[name]


def _paired(
    expected: Sequence[Any], layers: Mapping[str, list[tuple[str, h5py.Dataset]]]
) -> Iterator[list[Array]]:
    """Yield the weights of each expected layer: by name where all names are known, else in order.

    Other releases of segmentation_models name some layers otherwise, in the same order.
    """
    if len(layers) != len(expected):
        raise ValueError(
            f"has {len(layers)} layers with weights where this network has {len(expected)}"
        )
    by_name = {layer.name for layer in expected} == set(layers)
    for layer, (name, in_order) in zip(expected, layers.items(), strict=True):
        found = dict(layers[layer.name] if by_name else in_order)
        yield [_values(found, weight, layer.name if by_name else name) for weight in layer.weights]
        if len(found) != len(layer.weights):
            raise ValueError(f"holds further weights in the layer {name}")


def _values(found: Mapping[str, h5py.Dataset], weight: Any, layer: str) -> Array:
    kind = weight.name.rpartition("/")[2].partition(":")[0]
    data = found.get(kind)
    shape = tuple(int(edge) for edge in weight.shape)
    if data is None or data.shape != shape:
        has = "none" if data is None else f"one of shape {'×'.join(map(str, data.shape)) or '1'}"
        raise ValueError(
            f"has another {kind} in the layer {layer} ({has}, not {'×'.join(map(str, shape))})"
        )
    if data.external or data.is_virtual:
        raise ValueError("keeps numbers in other files, which weights do not")
    if data.dtype.kind != "f":
        raise ValueError(f"holds no floating-point numbers in the layer {layer}")
    values = data[()].astype(np.float32)
    if not np.isfinite(values).all():
        raise ValueError(f"holds numbers that are not finite in the layer {layer}")
    return values
