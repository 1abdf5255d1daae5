"""Page -> Articles -> Passages."""
