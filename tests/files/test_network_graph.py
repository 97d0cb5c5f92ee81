"""Graphs from elsewhere are looked through before anything loads them."""

from __future__ import annotations

import json

import onnx
import pytest
from onnx import TensorProto, helper

from opacity_studio.files.network_graph import check_graph
from opacity_studio.files.resource_path import resource
from tests.tiny_networks import opacity_graph


@pytest.fixture(scope="module")
def graph() -> bytes:
    active = json.loads(resource("models", "active.json").read_text())
    return resource("models", active["opacity"], "network.onnx").read_bytes()


def changed(graph: bytes, change: str) -> bytes:
    model = onnx.load_from_string(graph)
    nodes, weights = model.graph.node, model.graph.initializer
    kernel = next(tensor for tensor in weights if len(tensor.dims) == 4)
    if change == "loop":
        body = helper.make_graph([], "body", [], [])
        nodes.append(helper.make_node("Loop", [], ["x"], body=body))
    elif change == "graph in a known operator":
        nodes.append(helper.make_node("Relu", [], ["x"], body=helper.make_graph([], "b", [], [])))
    elif change == "domain":
        nodes.append(helper.make_node("Relu", [], ["x"], domain="com.example"))
    elif change == "function":
        model.functions.add(name="f", domain="com.example")
    elif change == "external":
        kernel.data_location = TensorProto.EXTERNAL
        kernel.external_data.add(key="location", value="/etc/hostname")
    elif change == "external constant":
        nodes.append(helper.make_node("Constant", [], ["x"], value=TensorProto(data_location=1)))
    elif change == "sparse":
        model.graph.sparse_initializer.add()
    elif change == "kernel":
        kernel.dims[0] += 1
    elif change == "fewer":
        weights.remove(kernel)
    return model.SerializeToString()


def test_the_shipped_network_is_of_this_architecture(graph: bytes) -> None:
    check_graph(graph)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ("loop", "operator 'Loop'"),
        ("graph in a known operator", "graphs within the graph"),
        ("domain", "operators of 'com.example'"),
        ("function", "functions of its own"),
        ("external", "weights in other files"),
        ("external constant", "weights in other files"),
        ("sparse", "sparse weights"),
        ("kernel", "convolutions of a U-Net"),
        ("fewer", "convolutions of a U-Net"),
    ],
)
def test_another_graph_is_refused(graph: bytes, change: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        check_graph(changed(graph, change))


def test_a_small_network_with_other_operators_is_refused() -> None:
    with pytest.raises(ValueError, match="uses the operator 'ReduceMean'"):
        check_graph(opacity_graph())


@pytest.mark.parametrize(
    "data", [b"", b"no graph", b"\xff" * 64, b"\x3a\xff\x01", b"\x0a" * 9, b"\x38\x01"]
)
def test_something_else_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"is not an ONNX graph|convolutions"):
        check_graph(data)


def test_half_a_graph_is_refused(graph: bytes) -> None:
    with pytest.raises(ValueError, match="is not an ONNX graph"):
        check_graph(graph[: len(graph) // 2])
