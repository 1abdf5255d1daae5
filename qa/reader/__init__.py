"""The model that reads: question and windows -> spans, and whether they answer."""
