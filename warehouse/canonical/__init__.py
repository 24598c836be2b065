"""The canonical tables: their one register (tables/*.yml), as Python has it, and what is derived from it."""
