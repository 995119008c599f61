"""A notice read by rules that can be explained: its clauses, the facts in them, and what it asks for.

Pure: text in, facts out. Nothing is guessed silently and nothing is invented: each fact carries the words it was read
from, a literal part of the text, and their place.
"""
