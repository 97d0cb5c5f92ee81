from __future__ import annotations

import dataclasses
import re
from pathlib import Path
from typing import get_args

from opacity_studio.domain.correction import CorrectionReason
from opacity_studio.domain.review_status import (
    EventKind,
    KeptOutlines,
    ReviewEvent,
    ReviewRecord,
    ReviewStatus,
)
from opacity_studio.domain.shape import Provenance
from opacity_studio.gui.actions import ROWS

REPOSITORY = Path(__file__).resolve().parents[2]
README = (REPOSITORY / "README.md").read_text(encoding="utf-8")


def test_shortcut_table_says_what_the_window_does():
    listed = {
        text: {"`"} if keys == "`` ` ``" else set(re.findall(r"`([^`]+)`", keys))
        for keys, text in re.findall(r"^\| (`.*`) \| (.+) \|$", README, flags=re.MULTILINE)
    }
    for row in ROWS:
        if row.shortcuts:
            keys = {"Enter" if key == "Return" else key for key in row.shortcuts}
            assert listed.get(row.text.rstrip("…")) == keys, row.id


def test_links_lead_to_files_and_headings():
    headings = {
        f"#{heading.lower().replace(' ', '-')}"
        for heading in re.findall(r"^#+ (.+)$", README, re.MULTILINE)
    }
    for target in re.findall(r"\]\((?!https?:)([^)]+)\)", README):
        assert target in headings or (REPOSITORY / target).is_file(), target


def test_both_commands_come_before_everything_else():
    opening = README.partition("## ")[0]
    assert "python3 packaging/bootstrap.py run" in opening
    assert "python3 packaging/bootstrap.py test" in opening
    assert "not a medical device" in opening


def test_every_key_and_kind_of_the_record_is_documented() -> None:
    _, _, rest = README.partition("## What is in the file")
    section = rest.partition("\n## ")[0]
    described = {ReviewRecord, ReviewEvent, KeptOutlines, Provenance}
    keys = {field.name for each in described for field in dataclasses.fields(each)} - {"extra"}
    for word in (*keys, *ReviewStatus, *get_args(EventKind), *CorrectionReason):
        assert re.search(rf"\b{word}\b", section), word
