"""Makes what benchmarks measure (pages, libraries, vectors), and the README's pictures."""
