"""Commands about links: measured, explained, reviewed, taken apart."""
