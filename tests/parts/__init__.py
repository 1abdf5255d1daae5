"""Helpers of the tests that `bench` uses too: made-up papers, servers, browsers, damage, questions. Imports neither."""
