"""The pictures of the README and the scripts that make them; nothing of it is shipped."""
