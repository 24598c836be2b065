"""Containers: how records lie in a file. One module each; none knows a platform."""
