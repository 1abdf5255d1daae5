"""The library on disk: SQLite is the truth, the vector and the term index are caches that catch up with it.

    folder.py    the names of the files, and which of them make a library
    lock.py      one writer at a time
    schema.py    the tables and their version
    transaction.py  one transaction on a connection
    database.py  connections: one snapshot a reading, one transaction a writing, foreign errors mapped
    rows.py      rows to nouns
    finding.py   which files and articles are meant
    log.py       what changed since, for the indexes
    truth.py     reading the library
    writing.py   changing it
    passages.py  the passages of an article, and the vectors that they take over
    models.py    models and their vectors: one serves, another may be on its way
    stories.py   which articles tell the same story
    mentions.py  articles by what they hold, for counting
    shelf.py     tables and counts to look the library over
    facets.py    counts beside filters
    summary.py   the columns that they are counted in
    edits.py     changes by hand, and the pages that they are about
    vectors.py   passages by cosine, all in memory (FAISS)
    vector_file.py   what files of vectors have in common
    coded.py     a great many rows that never change, with a code of each
    large_vectors.py passages by cosine over those, and what changed since
    vector_cache.py  which of both serves; its file
    terms.py     passages by BM25 (tantivy)
    health.py    what is wrong with the tables
    damage.py    an index that has to be rebuilt
    indexes.py   both caches: opened, caught up, rebuilt
    backup.py    a whole library in one file, out and in
    leftovers.py what one of those left that was killed
    queue.py     what was accepted to be read and is not yet
    standing.py  whether an open database still is the file at its path

Every change of a passage or of a vector takes the next change number; an index notes the last one it holds and replays
what is newer. A replay looks at the present state alone, so replaying twice, or from 0, comes to the same.
"""
