"""Several GPUs or several hosts: TensorFlow's own strategies, and who leads.

Every host makes the same batches, in the same order, and takes its part of each. The leader (the
first worker in ``TF_CONFIG``) judges, writes and decides; the others only take steps, and are told
to end within a step. The run folder must be one that all hosts see.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any, Final, Literal, get_args

from opacity_studio.domain.errors import TrainingDataError
from opacity_studio.learning.backend import load_backend

StrategyName = Literal["none", "mirrored", "multi-worker"]

STRATEGIES: Final[tuple[StrategyName, ...]] = get_args(StrategyName)
MULTI_WORKER: Final = "multi-worker"
CLUSTER_VARIABLE: Final = "TF_CONFIG"


def place_in_cluster() -> tuple[int, int]:
    """Return which worker this process is, from 0, and of how many, as ``TF_CONFIG`` says.

    Raises
    ------
    TrainingDataError
        It does not say.
    """
    try:
        config = json.loads(os.environ[CLUSTER_VARIABLE])
        cluster, task = config["cluster"], config["task"]
        chiefs = len(cluster.get("chief", ()))
        count = chiefs + len(cluster.get("worker", ()))
        place = int(task["index"]) + (chiefs if task["type"] == "worker" else 0)
    except (KeyError, TypeError, ValueError) as error:
        raise TrainingDataError(
            f"{CLUSTER_VARIABLE} does not name the workers and this one's place: set it as "
            "TensorFlow's MultiWorkerMirroredStrategy asks for."
        ) from error
    return place, count


class Devices:
    """What a training runs on.

    Parameters
    ----------
    name
        The strategy. Several hosts wait here for each other.
    """

    def __init__(self, name: str = "none") -> None:
        self._tf = load_backend().tf
        distribute = self._tf.distribute
        self._place, self.hosts = place_in_cluster() if name == MULTI_WORKER else (0, 1)
        make = {
            "none": distribute.get_strategy,
            "mirrored": distribute.MirroredStrategy,
            "multi-worker": distribute.MultiWorkerMirroredStrategy,
        }[name]
        strategy = make()
        # A strategy of one device only gets in the way of what Keras does by itself.
        alone = strategy.num_replicas_in_sync == 1
        self._strategy = distribute.get_strategy() if alone else strategy
        self.replicas = int(self._strategy.num_replicas_in_sync)

    @property
    def words(self) -> str:
        """How many devices of which kind take part, on how many hosts."""
        kind = "GPU" if self._tf.config.list_logical_devices("GPU") else "CPU"
        devices = f"{self.replicas} {kind}" + ("s" if self.replicas > 1 else "")
        return devices if self.hosts == 1 else f"{devices} of {self.hosts} hosts"

    @property
    def leads(self) -> bool:
        """True for the process that judges, writes and decides."""
        return self._place == 0

    def scope(self) -> AbstractContextManager[Any]:
        """Return the context in which what is trained must be made."""
        return self._strategy.scope()

    def step(self, network: Any) -> Callable[[Any, Any, bool], tuple[dict[str, Any], bool]]:
        """Return what takes a step of (films, masks, whether to end here).

        It returns Keras' figures of the epoch so far, and whether any host wants to end.
        """
        tf, strategy = self._tf, self._strategy
        if self.replicas == 1:
            alone = tf.function(
                lambda film, mask: network.train_step((film, mask)), input_signature=_signature(tf)
            )
            return lambda films, masks, end: (alone(films, masks), end)

        def replica(films: Any, masks: Any, end: Any) -> Any:
            context = tf.distribute.get_replica_context()
            # A copy, which lies on the replica's device as what is to be added up must.
            return network.train_step((films, masks)), context.all_reduce("sum", tf.identity(end))

        @tf.function(reduce_retracing=True)
        def together(films: Any, masks: Any, end: Any) -> Any:
            told, ends = strategy.run(replica, args=(films, masks, end))
            first = strategy.experimental_local_results
            return {name: first(value)[0] for name, value in told.items()}, first(ends)[0]

        def take(films: Any, masks: Any, end: bool) -> tuple[dict[str, Any], bool]:
            told, ends = together(
                self._parts(films), self._parts(masks), tf.constant(float(end), tf.float32)
            )
            return told, float(ends) > 0

        return take

    def _parts(self, batch: Any) -> Any:
        """Return this host's part of a batch, for each of its devices."""
        local = self.replicas // self.hosts
        first = self._place * local

        def part(number: int) -> Any:
            # A batch smaller than the number of devices is gone round again.
            return self._tf.constant(batch[number % len(batch) :: self.replicas])

        if local == 1:
            return part(first)
        return self._strategy.experimental_distribute_values_from_function(
            lambda context: part(first + context.replica_id_in_sync_group % local)
        )


def _signature(tf: Any) -> tuple[Any, Any]:
    """Return what a step takes: batches of any size, so that it is traced once."""
    return (
        tf.TensorSpec((None, None, None, 3), tf.float32),
        tf.TensorSpec((None, None, None, 1), tf.float32),
    )
