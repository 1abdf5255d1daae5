"""How well pages are cut, passages found and answers chosen."""
