"""What readers asked, what they were answered, and what they thought of it: kept beside the library.

A file of its own: a question is kept while a long `add` holds the library's writer lock.

nouns.py      Message, Listed, Feedback
database.py   the tables, one connection, foreign errors mapped to ours
rows.py       what a row is made of
snapshot.py   an Answer as it was given, readable after the library changed
store.py      Conversations: the calls
health.py     what is damaged, for `qa check`
"""

from qa.conversations.nouns import Feedback, Listed, Message, Verdict
from qa.conversations.snapshot import Find, read, write
from qa.conversations.store import Conversations

__all__ = ["Conversations", "Feedback", "Find", "Listed", "Message", "Verdict", "read", "write"]
