"""The Library: the one package that connects all others."""
