"""What holds when things go wrong: kills, damaged files, attacks. `python -m bench.faults` runs the kills."""
