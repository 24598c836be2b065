"""Publications: made of a build, switched in as a whole, kept, proved, gone back to."""
