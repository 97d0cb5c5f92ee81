"""The program on a machine with two devices: halves of its processor.

python -m tests.cli.two_devices train FOLDER --strategy mirrored …
"""

from __future__ import annotations

from opacity_studio.__main__ import main
from opacity_studio.learning.backend import load_backend


def divide_processor() -> None:
    """Let TensorFlow see two devices, before it has looked at any."""
    config = load_backend().tf.config
    processor = config.list_physical_devices("CPU")[0]
    halves = [config.LogicalDeviceConfiguration()] * 2
    config.set_logical_device_configuration(processor, halves)


if __name__ == "__main__":
    divide_processor()
    main()
