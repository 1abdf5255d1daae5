"""What the library prints for a name that the question writes otherwise.

table.py       how characters are said, drawn and put together, made once
characters.py  which characters sound or look like each other
windows.py     the parts of a question that the library does not know
candidates.py  what such a part may have been meant for
respell.py     Query -> Query: the best reading of each part, named as an assumption
"""

from qa.spelling.characters import prepare
from qa.spelling.respell import respell

__all__ = ["prepare", "respell"]
