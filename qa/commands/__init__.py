"""What each command does: one function a command, from its words to whether something failed.

opening.py    the library that is meant
library.py    add, remove, list, show, edit, export, import
questions.py  ask, search, eval
machine.py    model, check, serve
"""
