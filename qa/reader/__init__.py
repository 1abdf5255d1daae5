"""The span reader: the model that finds answers in windows of text."""
