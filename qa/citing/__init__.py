"""References to the articles that are quoted, in the forms that scholars and their programs keep."""
