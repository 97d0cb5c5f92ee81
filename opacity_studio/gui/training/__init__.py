"""Retraining from the window: setting a run up, following it, judging what came of it."""
