"""RSS and Atom, parsed into entries by `feedparser`.

Our own are the bounds on a document, and dates: what feedparser cannot read of one it guesses.
"""
