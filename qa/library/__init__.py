"""The library as the command line and the browser use it."""
