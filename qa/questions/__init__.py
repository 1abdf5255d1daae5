"""Query -> what it means: history, spelling, dates, the library's own words."""
