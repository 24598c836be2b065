"""Writers of the sample company's exports, one module a format."""
