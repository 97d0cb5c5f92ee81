"""Weights as segmentation_models leaves them, and what is no such thing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from opacity_studio.learning.backend import load_backend
from opacity_studio.learning.network import build_network
from opacity_studio.learning.weights_file import read_weights
from tests.real_training import REAL_TRAINING

pytestmark = REAL_TRAINING
h5py = pytest.importorskip("h5py", reason="the train extra is not installed")


@pytest.fixture(scope="module")
def theirs() -> Any:
    return load_backend().sm.Unet("resnet18", encoder_weights=None, classes=1)


@pytest.fixture(scope="module")
def ours() -> Any:
    return build_network(64)


@pytest.fixture
def weights(theirs: Any, tmp_path: Path) -> Path:
    path = tmp_path / "weights.h5"
    theirs.save_weights(str(path))
    return path


def assert_same(read: list[np.ndarray], model: Any) -> None:
    expected = model.get_weights()
    assert len(read) == len(expected)
    assert all(np.array_equal(one, other) for one, other in zip(read, expected, strict=True))


def test_weights_are_read(weights: Path, theirs: Any, ours: Any) -> None:
    assert_same(read_weights(weights, ours), theirs)


def test_of_a_whole_model_nothing_but_weights_is_read(
    theirs: Any, ours: Any, tmp_path: Path
) -> None:
    path = tmp_path / "model.h5"
    with pytest.warns(UserWarning, match="HDF5"):
        theirs.save(str(path))
    with h5py.File(path, "a") as file:
        assert "Functional" in file.attrs["model_config"]
        # Keras would build what stands here, code included.
        file.attrs["model_config"] = '{"class_name": "Lambda", "config": "gone wrong"}'
    assert_same(read_weights(path, ours), theirs)


def test_layers_may_have_other_names_or_another_order(
    weights: Path, theirs: Any, ours: Any
) -> None:
    with h5py.File(weights, "a") as file:
        names = list(file.attrs["layer_names"])
        file.attrs["layer_names"] = names[::-1]
    assert_same(read_weights(weights, ours), theirs)
    with h5py.File(weights, "a") as file:
        file.move("conv0", "first_conv")
        file.attrs["layer_names"] = ["first_conv" if name == "conv0" else name for name in names]
    assert_same(read_weights(weights, ours), theirs)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"classes": 3}, r"kernel in the layer final_conv \(one of shape 3×3×16×3, not 3×3×16×1\)"),
        ({"backbone_name": "resnet34"}, "93 layers with weights where this network has 61"),
    ],
)
def test_another_architecture_is_refused(
    ours: Any, tmp_path: Path, changes: dict[str, Any], says: str
) -> None:
    options = {"backbone_name": "resnet18", "encoder_weights": None, "classes": 1, **changes}
    load_backend().sm.Unet(**options).save_weights(str(tmp_path / "other.h5"))
    with pytest.raises(ValueError, match=says):
        read_weights(tmp_path / "other.h5", ours)


KERNEL = "conv0/conv0/kernel:0"


def with_nan(file: Any) -> None:
    values = file[KERNEL][()]
    values[0, 0, 0, 0] = np.nan
    file[KERNEL][...] = values


def elsewhere(file: Any) -> None:
    file.create_dataset(
        "elsewhere", (7, 7, 3, 64), np.float32, external=[("/etc/hostname", 0, 7 * 7 * 3 * 64 * 4)]
    )
    file.move("elsewhere", KERNEL)


def virtual(file: Any) -> None:
    layout = h5py.VirtualLayout((7, 7, 3, 64), np.float32)
    layout[...] = h5py.VirtualSource("other.h5", "x", (7, 7, 3, 64))
    file.create_virtual_dataset(KERNEL, layout)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda f: f.__setitem__(KERNEL, h5py.ExternalLink("/other.h5", "/x")), "other files"),
        (lambda f: f.__setitem__(KERNEL, h5py.SoftLink("/conv0")), "other files"),
        (elsewhere, "numbers in other files"),
        (virtual, "numbers in other files"),
        (lambda f: f.create_group(KERNEL), "no numbers for conv0/kernel:0"),
        (lambda f: f.create_dataset(KERNEL, data=np.zeros((7, 7, 3, 64), int)), "floating-point"),
        (lambda f: None, "other files"),
    ],
)
def test_a_file_that_leads_elsewhere_is_refused(
    weights: Path, ours: Any, change: Callable[[Any], None], says: str
) -> None:
    with h5py.File(weights, "a") as file:
        del file[KERNEL]
        change(file)
    with pytest.raises(ValueError, match=says):
        read_weights(weights, ours)


def test_numbers_that_are_none_are_refused(weights: Path, ours: Any) -> None:
    with h5py.File(weights, "a") as file:
        with_nan(file)
    with pytest.raises(ValueError, match="not finite in the layer conv0"):
        read_weights(weights, ours)


def test_something_else_in_hdf5_is_refused(ours: Any, tmp_path: Path) -> None:
    with h5py.File(tmp_path / "other.h5", "w") as file:
        file["x"] = np.zeros(3)
    with pytest.raises(ValueError, match="does not list layers as Keras 2 does"):
        read_weights(tmp_path / "other.h5", ours)
    (tmp_path / "broken.h5").write_bytes(b"\x89HDF\r\n\x1a\n" + bytes(100))
    with pytest.raises(ValueError, match="cannot be read as Keras weights"):
        read_weights(tmp_path / "broken.h5", ours)
