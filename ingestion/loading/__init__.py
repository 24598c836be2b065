"""Records of one file become accepted rows, duplicates and rejected records."""
