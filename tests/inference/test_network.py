from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from opacity_studio.domain.errors import ModelError
from opacity_studio.files.model_store import ModelStore
from opacity_studio.inference.network import Network
from tests.tiny_networks import (
    LUNGS_ID,
    OPACITY_ID,
    SIZE,
    lungs_graph,
    opacity_graph,
    two_ellipses,
    write_model,
    write_tiny_models,
)

REPOSITORY = Path(__file__).resolve().parents[2]


@pytest.fixture
def models(tmp_path: Path) -> Path:
    return write_tiny_models(tmp_path)


def noise(count: int = 1) -> np.ndarray:
    return np.random.default_rng(0).random((count, SIZE, SIZE, 3), dtype=np.float32)


def test_a_pass_gives_one_map_a_film(models: Path) -> None:
    network = Network(ModelStore([models]).get(OPACITY_ID))
    film = noise(2)
    probability = network.probability(film)
    expected = 1 / (1 + np.exp(-20 * (film.mean(axis=3) - 0.6)))
    assert probability.dtype == np.float32
    np.testing.assert_allclose(probability, expected, atol=1e-5)


def test_the_graph_is_read_and_checked_once(models: Path) -> None:
    network = Network(ModelStore([models]).get(LUNGS_ID))
    network.probability(noise())
    (models / LUNGS_ID / "network.onnx").unlink()
    np.testing.assert_array_equal(network.probability(noise())[0], two_ellipses())


def test_a_damaged_graph_is_refused_before_it_is_loaded(models: Path) -> None:
    (models / LUNGS_ID / "network.onnx").write_bytes(lungs_graph()[:-1])
    with pytest.raises(ModelError, match="damaged or was changed"):
        Network(ModelStore([models]).get(LUNGS_ID)).probability(noise())


def test_something_else_with_the_right_digest_is_refused(
    models: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    write_model(models, "text", "opacity", b"no graph at all")
    with pytest.raises(ModelError, match=r"network\.onnx is not a network"):
        Network(ModelStore([models]).get("text")).probability(noise())
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("graph", [opacity_graph(outputs=2), opacity_graph(size=160)])
def test_a_network_of_another_shape_is_refused(models: Path, graph: bytes) -> None:
    write_model(models, "other", "opacity", graph)
    with pytest.raises(ModelError, match="does not take 320×320 films"):
        Network(ModelStore([models]).get("other")).probability(noise())


PREDICTING = """
import sys
from pathlib import Path
from opacity_studio.files.model_store import ModelStore
from opacity_studio.inference.network import Network
Network(ModelStore([Path(sys.argv[1])]).get(sys.argv[2])).prepare()
"""


def test_nothing_is_noted_down_for_the_maker_of_onnx_runtime(models: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    # As at home: where tests run by themselves ONNX Runtime holds its tongue anyway.
    env = {"HOME": str(home), "PATH": os.environ["PATH"], "PYTHONPATH": str(REPOSITORY)}
    subprocess.run(
        [sys.executable, "-c", PREDICTING, str(models), OPACITY_ID],
        env=env,
        timeout=120,
        check=True,
    )
    assert list(home.rglob("*")) == []
