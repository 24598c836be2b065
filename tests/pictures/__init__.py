"""The picture of the README and the script that makes it; nothing of it is shipped."""
