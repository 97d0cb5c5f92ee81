"""The opacity network after a lung network that is there, trained for real on two tiny films."""

from __future__ import annotations

import shutil
from pathlib import Path

from opacity_studio.files.model_store import ModelStore
from opacity_studio.files.resource_path import resource
from opacity_studio.files.training_films import collect_films
from opacity_studio.learning.pair import PairPlaces, PairRecipe, train_pair
from tests.learning.tiny_films import write_film
from tests.real_training import REAL_TRAINING

pytestmark = REAL_TRAINING


def test_the_second_network_sees_the_first_one_s_lungs(tmp_path: Path) -> None:
    for name in ("A-1", "A-2"):
        write_film(tmp_path / "films", name)
    films = collect_films(tmp_path / "films", validation=False).films
    lungs = ModelStore([resource("models")]).active().lungs
    places = PairPlaces(
        tmp_path / "models", {"lungs": lungs.id, "opacity": "opacity-t"}, tmp_path / "work"
    )
    shutil.copytree(lungs.folder, places.models / lungs.id)
    asked, said = [], []

    def lung_outlines_of(lungs):
        asked.append(lungs.id)
        return lambda _film: ()

    def go() -> None:
        train_pair(
            films,
            PairRecipe(opacity_epochs=1),
            places,
            lung_outlines_of=lung_outlines_of,
            thresholds={"opacity": 0.3},
            say=said.append,
        )

    go()
    store = ModelStore([places.models])
    assert asked == [lungs.id]
    assert store.get("opacity-t").version.operating_threshold == 0.3
    assert len(store.get("opacity-t").version.films_seen) == 2
    assert [line.split()[0] for line in said] == ["opacity"], "the lung network was there already"
    assert (places.models / "opacity-t" / "CARD.md").read_text().startswith("# opacity-t")

    go()
    assert len(said) == 1, "what is there already is not trained again"
