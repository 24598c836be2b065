"""JSON: lines, documents and pages cut into records."""
