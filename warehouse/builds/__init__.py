"""Builds: the folder of a run, what goes into it beside the lake, and what it speaks of."""
