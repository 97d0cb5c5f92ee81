"""Outlines and their labels beyond the tools: the list, the menu, what is done to whole shapes."""
