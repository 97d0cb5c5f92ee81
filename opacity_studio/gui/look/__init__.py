"""Colours, icons, glyphs and words of the window's own hand."""
