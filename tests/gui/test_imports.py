import json
import subprocess
import sys
from pathlib import Path

from tests.benchmarks.startup import one_run

SHOW = """
import json, sys
import opacity_studio.gui.application
import opacity_studio.cli.window
print(json.dumps(sorted({name.split(".")[0] for name in sys.modules})))
"""

HEAVY = {
    *("tensorflow", "keras", "tf_keras", "segmentation_models", "albumentations"),
    *("matplotlib", "pandas", "scipy"),
}


def test_the_window_imports_neither_tensorflow_nor_onnx_runtime_nor_pydicom():
    done = subprocess.run(
        [sys.executable, "-c", SHOW], capture_output=True, text=True, timeout=120, check=True
    )
    loaded = set(json.loads(done.stdout))
    assert not loaded & HEAVY
    # These two come with the first film that needs them, on a worker thread.
    assert not loaded & {"onnxruntime", "pydicom"}
    assert "PySide6" in loaded


def test_the_first_film_is_painted_before_anything_it_can_do_without(films: Path, tmp_path: Path):
    """Networks, DICOM, the parser of options: imported once the film is seen, if at all."""
    report = one_run(films, tmp_path)
    imported = set(report["imported"])
    assert "PySide6" in imported
    assert imported.isdisjoint(HEAVY)
    assert imported.isdisjoint({"onnxruntime", "pydicom", "gdcm", "openjpeg"})
    assert imported.isdisjoint({"typer", "click", "rich", "qtawesome"})
