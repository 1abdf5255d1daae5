"""The vector and the term index: caches that catch up with the store."""
