"""Measures of quality: how well pages are cut, passages found, answers chosen."""
