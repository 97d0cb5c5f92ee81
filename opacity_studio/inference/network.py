"""One network, run by ONNX Runtime on the CPU."""

from __future__ import annotations

import os
import threading
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from opacity_studio.domain.errors import ModelError
from opacity_studio.domain.wording import tr
from opacity_studio.files.model_store import GRAPH, StoredModel

INPUT: Final = "film"
OUTPUT: Final = "probability"

MOST_THREADS: Final = 4
"""A pass of this size gains little from more, and the window wants cores too."""

_SILENT: Final = "ORT_DISABLE_TELEMETRY"
"""Read by ONNX Runtime from 1.29 on, which reports to its maker on Linux and macOS, too."""

FloatArray = npt.NDArray[np.float32]


class Network:
    """A stored model, made ready at its first pass.

    Safe to use from several threads.

    Parameters
    ----------
    model
        Where the graph lies; its digest is checked when it is read.
    """

    def __init__(self, model: StoredModel) -> None:
        self.model = model
        self._session: Any = None
        self._lock = threading.Lock()

    def prepare(self) -> None:
        """Read the network now, instead of at the first pass; see `probability` for errors."""
        self._ready()

    def probability(self, film: FloatArray) -> FloatArray:
        """Run one pass.

        Parameters
        ----------
        film
            N×S×S×3 float32 as `domain.preprocessing` makes it, S being the model's input size.

        Returns
        -------
        ndarray of float32
            N×S×S, 0 to 1.

        Raises
        ------
        ModelError
            The network is missing, damaged, of another architecture, or fails.
        """
        session = self._ready()
        try:
            (output,) = session.run([OUTPUT], {INPUT: film})
        except Exception as error:  # ONNX Runtime has no base class of its own for its errors.
            raise self._error(tr("failed while it ran")) from error
        return np.asarray(output, dtype=np.float32)[..., 0]

    def _ready(self) -> Any:  # noqa: ANN401
        with self._lock:
            if self._session is None:
                self._session = self._open()
        return self._session

    def _open(self) -> Any:  # noqa: ANN401
        graph = self.model.graph()
        # Before it is imported: by then it has made an id for this computer and an event to send.
        os.environ[_SILENT] = "1"
        import onnxruntime  # noqa: PLC0415 - a window that shows no prediction never pays for it

        onnxruntime.set_default_logger_severity(3)
        onnxruntime.disable_telemetry_events()
        try:
            session = onnxruntime.InferenceSession(
                graph, _options(onnxruntime), providers=["CPUExecutionProvider"]
            )
        except Exception as error:
            raise self._error(tr("is not a network that ONNX Runtime can load")) from error
        size = self.model.version.input_size
        inputs = [(put.name, put.type, list(put.shape)[1:]) for put in session.get_inputs()]
        outputs = [(put.name, put.type, list(put.shape)[1:]) for put in session.get_outputs()]
        if inputs != [(INPUT, "tensor(float)", [size, size, 3])] or outputs != [
            (OUTPUT, "tensor(float)", [size, size, 1])
        ]:
            raise self._error(
                tr("does not take {size}×{size} films to {size}×{size} probabilities", size=size)
            )
        return session

    def _error(self, what: str) -> ModelError:
        path = self.model.folder / GRAPH
        return ModelError(
            tr(
                "{path} {problem}: install the model {model} again.",
                path=path,
                problem=what,
                model=self.model.id,
            ),
            path,
        )


def _options(onnxruntime: Any) -> Any:  # noqa: ANN401
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL
    options.intra_op_num_threads = max(1, min(MOST_THREADS, os.cpu_count() or 1))
    options.inter_op_num_threads = 1
    # Threads that wait by spinning would take the core from the window while nothing is computed.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return options
