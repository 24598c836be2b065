"""One run of a job in this process: whether anything is new, its lock, how it is stopped and ends."""
