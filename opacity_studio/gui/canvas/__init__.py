"""How the film view draws: one layer a file, each keeping what it drew until it changes."""
