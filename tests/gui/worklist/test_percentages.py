from pathlib import Path

from opacity_studio.domain.review_status import ReviewStatus
from opacity_studio.files.worklist import Films
from opacity_studio.gui.worklist.model import FilmState, WorklistModel


def test_percentages_of_a_network_no_longer_in_use_are_forgotten_a_persons_stay(qapp):
    model = WorklistModel()
    films = Films(Path(), ("a.png", "b.png"))
    model.set_films(films)
    model.set_state(films[0].path, FilmState(ReviewStatus.ANNOTATED, 12.5))
    model.set_model_percent(films[1].path, 30.0)
    model.forget_model_percents()
    assert model.state_of(films[0].path).percent == 12.5
    assert model.state_of(films[1].path).percent is None
