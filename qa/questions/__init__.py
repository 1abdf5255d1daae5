"""Query -> the query as understood: history, spelling, dates, the library's own words."""
