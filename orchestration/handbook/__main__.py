"""Writes the reference: `python -m orchestration.handbook` after anything that it tells of has changed."""

from __future__ import annotations

from orchestration.handbook.writing import main

if __name__ == "__main__":
    main()
