"""The rows of the Segments page, one question a file: a sentence and a picture for each segment.

Must not live here: how marks are drawn (../charts/), what is said (../sentences.py), markup of the page.
"""
