"""Networks of a few hundred bytes, with the inputs and outputs of the real ones.

The lung network sees two ellipses on any film that is not blank; the opacity network takes what is
bright for opaque. Enough to walk the whole pipeline for real in milliseconds.
"""

from __future__ import annotations

import functools
import hashlib
import json
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

SIZE = 320
LUNGS_ID = "lungs-tiny"
OPACITY_ID = "opacity-tiny"
WEIGHTS = b"\x89HDF\r\n\x1a\n" + bytes(64)
"""What lies in the place of Keras weights: models are moved and checked, never trained from."""


def two_ellipses() -> np.ndarray:
    """Return the lungs the tiny network sees: SIZE×SIZE float32, 1 inside."""
    y, x = np.mgrid[:SIZE, :SIZE] + 0.5
    inside = np.zeros((SIZE, SIZE), bool)
    for centre in (100, 220):
        inside |= ((x - centre) / 45) ** 2 + ((y - 165) / 105) ** 2 < 1
    return inside.astype(np.float32)


@functools.cache
def lungs_graph() -> bytes:
    nodes = [
        helper.make_node("ReduceMax", ["film"], ["high"], axes=[1, 2, 3], keepdims=1),
        helper.make_node("ReduceMin", ["film"], ["low"], axes=[1, 2, 3], keepdims=1),
        helper.make_node("Sub", ["high", "low"], ["range"]),
        helper.make_node("Mul", ["range", "ten"], ["steep"]),
        helper.make_node("Clip", ["steep", "zero", "one"], ["seen"]),
        helper.make_node("Mul", ["seen", "ellipses"], ["probability"]),
    ]
    return _graph(
        nodes,
        {
            "ten": np.float32(10),
            "zero": np.float32(0),
            "one": np.float32(1),
            "ellipses": two_ellipses()[None, :, :, None],
        },
    )


@functools.cache
def opacity_graph(*, size: int = SIZE, outputs: int = 1, steepness: float = 20) -> bytes:
    nodes = [
        helper.make_node("ReduceMean", ["film"], ["grey"], axes=[3], keepdims=1),
        helper.make_node("Sub", ["grey", "middle"], ["over"]),
        helper.make_node("Mul", ["over", "steepness"], ["logit"]),
        helper.make_node("Sigmoid", ["logit"], ["probability"]),
    ]
    slope = np.full(outputs, steepness, np.float32)
    return _graph(nodes, {"middle": np.float32(0.6), "steepness": slope}, size, outputs)


def _graph(
    nodes: list[onnx.NodeProto],
    constants: dict[str, np.ndarray],
    size: int = SIZE,
    outputs: int = 1,
) -> bytes:
    graph = helper.make_graph(
        nodes,
        "tiny",
        [helper.make_tensor_value_info("film", TensorProto.FLOAT, ["n", size, size, 3])],
        [
            helper.make_tensor_value_info(
                "probability", TensorProto.FLOAT, ["n", size, size, outputs]
            )
        ],
        [numpy_helper.from_array(np.asarray(value), name) for name, value in constants.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=9)
    onnx.checker.check_model(model)
    return model.SerializeToString()


def write_model(root: Path, model_id: str, task: str, graph: bytes, **card: object) -> Path:
    """Write one model folder below `root` and return it."""
    folder = root / model_id
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "network.onnx").write_bytes(graph)
    (folder / "weights.h5").write_bytes(WEIGHTS)
    digests = {
        "network.onnx": hashlib.sha256(graph).hexdigest(),
        "weights.h5": hashlib.sha256(WEIGHTS).hexdigest(),
    }
    record = {
        "id": model_id,
        "task": task,
        "architecture": "unet-resnet18",
        "input_size": SIZE,
        "operating_threshold": 0.5,
        "parent": None,
        "created": "2026-01-01T00:00:00+00:00",
        "digests": digests,
        "training": {"films": [], "ancestors_films": []},
        "metrics": {},
        **card,
    }
    (folder / "model.json").write_text(json.dumps(record))
    return folder


def write_tiny_models(root: Path) -> Path:
    """Write both tiny networks and the pointer file below `root` and return it."""
    write_model(root, LUNGS_ID, "lungs", lungs_graph())
    write_model(root, OPACITY_ID, "opacity", opacity_graph())
    pointer = {"lungs": LUNGS_ID, "opacity": OPACITY_ID}
    (root / "active.json").write_text(json.dumps(pointer))
    return root
