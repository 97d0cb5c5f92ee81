"""The window is worded in the language of the settings, its tables included."""

from __future__ import annotations

import json
import subprocess
import sys
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo

from opacity_studio.files.settings import Settings, save_settings

OPEN = """
import json, sys
from pathlib import Path

# Catalogues in a folder of this test, in place of those that come with the program.
from opacity_studio.files import resource_path
resource_path.resource = Path(sys.argv[1]).joinpath

import opacity_studio.cli.window as window

def shown(request):
    from opacity_studio.domain import wording
    from opacity_studio.files.atomic import reason_of
    from opacity_studio.gui.actions import row_of
    from opacity_studio.review.tools import TOOLS
    row = row_of("view.fit")
    print(json.dumps([wording.language(), row.text, TOOLS[0].title, reason_of(OSError(28, ""))]))
    return 0

# Only this of the window is another: it shows words in place of widgets.
sys.modules["opacity_studio.gui.application"] = type(sys)("application")
sys.modules["opacity_studio.gui.application"].Request = lambda *given: given
sys.modules["opacity_studio.gui.application"].run = shown
sys.exit(window.open_window(screenshot=Path("unused.png")))
"""


@pytest.fixture
def resources(tmp_path: Path) -> Path:
    catalogue = Catalog(locale="de")
    catalogue.add("Fit film", "Film einpassen")
    catalogue.add("Select", "Auswählen")
    catalogue.add("the disk is full", "der Datenträger ist voll")
    data = BytesIO()
    write_mo(data, catalogue)
    folder = tmp_path / "resources" / "locale" / "de" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "opacity_studio.mo").write_bytes(data.getvalue())
    return tmp_path / "resources"


@pytest.mark.parametrize(
    ("chosen", "said"),
    [
        ("de", ["de", "Film einpassen", "Auswählen", "der Datenträger ist voll"]),
        ("en", ["", "Fit film", "Select", "the disk is full"]),
    ],
)
def test_the_language_holds_before_anything_is_worded(resources: Path, chosen, said):
    save_settings(Settings(language=chosen))
    done = subprocess.run(
        [sys.executable, "-c", OPEN, str(resources)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert json.loads(done.stdout.splitlines()[-1]) == said
