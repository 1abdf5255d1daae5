"""Question sets -> figures: ask every question of a set and measure the answers."""
