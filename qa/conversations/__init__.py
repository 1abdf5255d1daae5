"""Conversations: what was asked and answered and how it was rated, in a database beside the library."""
