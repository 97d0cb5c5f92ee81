"""The text is what `json.dumps` writes, to the last byte."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opacity_studio.files.annotation_text import compact_text, laid_out_text

numbers = st.floats(allow_nan=False, allow_infinity=False)
shapes = st.fixed_dictionaries(
    {
        "label": st.text(),
        "points": st.lists(st.tuples(numbers, numbers).map(list), min_size=1, max_size=4),
        "group_id": st.none() | st.integers(),
        "flags": st.dictionaries(st.text(), st.booleans(), max_size=2),
    },
    optional={"seen by": st.lists(st.text(), max_size=2)},
)
documents = st.fixed_dictionaries(
    {"version": st.text(), "shapes": st.lists(shapes, max_size=3), "imagePath": st.text()},
    optional={"opacity_studio": st.dictionaries(st.text(), st.lists(numbers), max_size=2)},
)


@given(documents)
def test_compact(document):
    assert compact_text(document) == json.dumps(document)
    assert compact_text(document, sort_keys=True) == json.dumps(document, sort_keys=True)


@pytest.mark.parametrize("ensure_ascii", [True, False])
@given(document=documents)
def test_laid_out(ensure_ascii, document):
    text = laid_out_text(document, ensure_ascii=ensure_ascii)
    assert text == json.dumps(document, indent=2, ensure_ascii=ensure_ascii)
