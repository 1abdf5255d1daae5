"""How the shipped reader is made: `python -m training DATA WORK` repeats it. See docs/reader.md, its model card."""
