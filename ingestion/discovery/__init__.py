"""Which files a source has, and which lie under its path unread."""
