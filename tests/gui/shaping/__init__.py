"""Tests of long work on outlines."""
