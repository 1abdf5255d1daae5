"""An understood question -> Hits."""
