"""The vector index and the term index: caches that are brought up to date from the store."""
