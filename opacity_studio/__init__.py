"""Opacity Studio: lung opacity on chest X-rays, predicted, corrected, measured and learnt from.

Research software, not a medical device.
"""

__version__ = "0.1.0"
