"""Charts: pure functions from an Arrow table to SVG text, one a file, shared by whatever shows them.

Colours are classes that the page's style sheet fills, so that one picture serves light, dark and print.
Must not live here: reading of marts (../published.py), words (../sentences.py).
"""
