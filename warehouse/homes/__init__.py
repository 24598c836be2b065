"""The home folder as a whole: which version made it, its backup, and a home made of one."""
