"""Makes what the benchmarks measure: pages, libraries, vectors; and the README's pictures."""
