"""The split is by patient, about 7:3, and the same for ever."""

from __future__ import annotations

import hashlib

from hypothesis import given
from hypothesis import strategies as st

from opacity_studio.domain.split import is_test_patient, side_of, stratified_folds


@given(st.text())
def test_the_rule_is_the_stated_one(patient: str) -> None:
    expected = int(hashlib.sha256(patient.encode()).hexdigest(), 16) % 10 >= 7
    assert is_test_patient(patient) is expected
    assert (side_of(patient) == "test") is expected


def test_about_seven_in_ten_are_trained_on() -> None:
    sides = [side_of(f"COVID-19-AR-{number}") for number in range(5000)]
    assert 0.28 < sides.count("test") / 5000 < 0.32
    assert 0.08 < sides.count("validation") / 5000 < 0.12


def test_without_validation_its_patients_are_trained_on() -> None:
    patients = [f"p{number}" for number in range(500)]
    for patient in patients:
        with_it, without = side_of(patient), side_of(patient, validation=False)
        assert without == ("train" if with_it == "validation" else with_it)


@given(
    st.dictionaries(st.text(min_size=1), st.floats(0, 100), min_size=3, max_size=40),
    st.integers(2, 5),
)
def test_folds_are_even_and_do_not_depend_on_the_order(
    severity: dict[str, float], folds: int
) -> None:
    one = stratified_folds(severity, folds)
    other = stratified_folds(dict(reversed(severity.items())), folds)
    sizes = [list(one.values()).count(fold) for fold in range(folds)]
    assert one == other
    assert set(one) == set(severity)
    assert max(sizes) - min(sizes) <= 1


@given(st.lists(st.floats(0, 100), min_size=2, max_size=40), st.integers(2, 5))
def test_every_fold_has_mild_and_severe_patients(percents: list[float], folds: int) -> None:
    severity = {f"p{number}": percent for number, percent in enumerate(percents)}
    dealt = stratified_folds(severity, folds)
    order = sorted(severity, key=lambda name: (severity[name], name))
    for first in range(0, len(order), folds):
        group = [dealt[name] for name in order[first : first + folds]]
        assert len(set(group)) == len(group)
