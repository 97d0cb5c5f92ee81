"""The films of one patient over time: a strip below the film, and two of them side by side."""
