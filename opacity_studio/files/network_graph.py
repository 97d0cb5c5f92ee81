"""What an ONNX graph is made of, read without running it and without the ``onnx`` package.

A graph that somebody else hands over is looked through before ONNX Runtime loads it: only the
plain operators that this program's own networks consist of, no control flow, no functions, no
weights that lie in other files, and the convolutions of a U-Net with a ResNet18 encoder.

The wire format is Protocol Buffers: a message is a row of fields, each a key (number and wire
type) and a value. Field numbers are those of `onnx.proto
<https://github.com/onnx/onnx/blob/main/onnx/onnx.proto>`_.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Final

ShapeOf = tuple[int, ...]

_OPERATORS: Final = frozenset(
    ("Add", "AveragePool", "BatchNormalization", "Cast", "Concat", "Constant", "Conv", "Identity",
     "MaxPool", "Mul", "Pad", "Relu", "Reshape", "Resize", "Sigmoid", "Transpose")
)  # fmt: skip
_OWN_DOMAINS: Final = ("", "ai.onnx")

_MODEL_GRAPH, _MODEL_TRAINING, _MODEL_FUNCTIONS = 7, 20, 25
_GRAPH_NODE, _GRAPH_INITIALIZER, _GRAPH_SPARSE = 1, 5, 15
_NODE_OPERATOR, _NODE_ATTRIBUTE, _NODE_DOMAIN = 4, 5, 7
_ATTRIBUTE_TENSOR, _ATTRIBUTE_GRAPH, _ATTRIBUTE_TENSORS, _ATTRIBUTE_GRAPHS = 5, 6, 10, 11
_TENSOR_DIMS, _TENSOR_EXTERNAL, _TENSOR_LOCATION = 1, 13, 14

_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5
_LONGEST_VARINT: Final = 10


def check_graph(data: bytes) -> None:
    """Find `data` to be the graph of a U-Net with a ResNet18 encoder and one output.

    Raises
    ------
    ValueError
        It is not; the message says why, as the end of a sentence that begins with the file.
    """
    try:
        kernels = _kernels_of(memoryview(data))
    except (IndexError, UnicodeDecodeError) as error:
        raise ValueError("is not an ONNX graph") from error
    if not kernels:
        raise ValueError("is not an ONNX graph of a network")
    if kernels != unet_resnet18_kernels():
        raise ValueError("does not have the convolutions of a U-Net with a ResNet18 encoder")


def unet_resnet18_kernels() -> Counter[ShapeOf]:
    """Return how often each kernel shape (outputs, inputs, height, width) occurs."""
    kernels: Counter[ShapeOf] = Counter(((64, 3, 7, 7), (1, 16, 3, 3)))
    before = 64
    for width in (64, 128, 256, 512):
        kernels[width, before, 1, 1] += 1
        kernels[width, before, 3, 3] += 1
        kernels[width, width, 3, 3] += 3
        before = width
    for width, skipped in ((256, 256), (128, 128), (64, 64), (32, 64), (16, 0)):
        kernels[width, before + skipped, 3, 3] += 1
        kernels[width, width, 3, 3] += 1
        before = width
    return kernels


def _kernels_of(model: memoryview) -> Counter[ShapeOf]:
    kernels: Counter[ShapeOf] = Counter()
    for number, value in _fields(model):
        if number in (_MODEL_TRAINING, _MODEL_FUNCTIONS):
            raise ValueError("brings functions of its own, which no network of this program does")
        if number == _MODEL_GRAPH:
            for part, content in _fields(_message(value)):
                if part == _GRAPH_SPARSE:
                    raise ValueError("holds sparse weights, which no network of this program does")
                if part == _GRAPH_NODE:
                    _check_node(_message(content))
                if part == _GRAPH_INITIALIZER:
                    shape = _tensor_shape(_message(content))
                    if len(shape) == 4 and min(shape) > 0 and shape != (1, 1, 1, 1):
                        kernels[shape] += 1
    return kernels


def _check_node(node: memoryview) -> None:
    for number, value in _fields(node):
        if number == _NODE_OPERATOR and (name := _text(value)) not in _OPERATORS:
            raise ValueError(f"uses the operator {name!r}, which no network of this program does")
        if number == _NODE_DOMAIN and (name := _text(value)) not in _OWN_DOMAINS:
            raise ValueError(f"uses operators of {name!r}, which no network of this program does")
        if number == _NODE_ATTRIBUTE:
            for part, content in _fields(_message(value)):
                if part in (_ATTRIBUTE_GRAPH, _ATTRIBUTE_GRAPHS):
                    raise ValueError("holds graphs within the graph, which no network here does")
                if part in (_ATTRIBUTE_TENSOR, _ATTRIBUTE_TENSORS):
                    _tensor_shape(_message(content))


def _tensor_shape(tensor: memoryview) -> ShapeOf:
    shape: list[int] = []
    for number, value in _fields(tensor):
        if number == _TENSOR_EXTERNAL or (number == _TENSOR_LOCATION and value != 0):
            raise ValueError("keeps weights in other files, which no network of this program does")
        if number == _TENSOR_DIMS:
            shape += [value] if isinstance(value, int) else _packed(value)
    return tuple(shape)


def _fields(message: memoryview) -> Iterator[tuple[int, int | memoryview]]:
    """Yield the number and value of each field; IndexError where the message breaks off."""
    at = 0
    while at < len(message):
        key, at = _varint(message, at)
        number, wire = key >> 3, key & 7
        if wire == _VARINT:
            value, at = _varint(message, at)
            yield number, value
            continue
        if wire == _BYTES:
            length, at = _varint(message, at)
        elif wire in (_FIXED64, _FIXED32):
            length = 8 if wire == _FIXED64 else 4
        else:
            raise IndexError("unknown wire type")
        if at + length > len(message):
            raise IndexError("field breaks off")
        yield number, message[at : at + length]
        at += length


def _varint(message: memoryview, at: int) -> tuple[int, int]:
    value = 0
    for position in range(_LONGEST_VARINT):
        byte = message[at + position]
        value |= (byte & 0x7F) << 7 * position
        if byte < 0x80:
            return value, at + position + 1
    raise IndexError("number without an end")


def _packed(values: memoryview) -> list[int]:
    found, at = [], 0
    while at < len(values):
        value, at = _varint(values, at)
        found.append(value)
    return found


def _message(value: int | memoryview) -> memoryview:
    if isinstance(value, int):
        raise IndexError("a number in the place of a message")
    return value


def _text(value: int | memoryview) -> str:
    return bytes(_message(value)).decode("utf-8")
