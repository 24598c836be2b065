"""RSS and Atom, parsed into entries."""
