"""The library as the command line and the browser use it: add, remove, search, ask. The only composer.

archive.py    Archive: what the shells call
asking.py     a question through all that answers it
sources.py    what retrieval reads
reading.py    the reader, loaded when the first question wants it
modelling.py  the embedding model, the right one
warming.py    both loaded in the background
examples.py   questions that the library answers
cutting.py    a page's stories, mended; an endless page by parts
adding.py     files into the library: found, read, cut, split, stored
editing.py    changes by hand: kept with the file, its pages cut and mended again
preview.py    what `add` would do
ahead.py      terms of what is read, made by a second process meanwhile
grouping.py   reprints of one story found
vectors.py    reprints grouped and vectors made where they are missing, behind everything else if need be
"""

from __future__ import annotations

from qa.archive.archive import Archive
from qa.archive.vectors import Making

__all__ = ["Archive", "Making"]
