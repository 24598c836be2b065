"""The files of lake and quarantine: listed, guarded, rewritten, taken out."""
