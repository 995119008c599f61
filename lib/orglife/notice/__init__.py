"""Reading a notice by explicit rules: its clauses, the facts in them, and its demands.

Pure: text in, facts out. Each fact carries the quotes that it was read from (literal parts of the text) and their
places; doubtful facts are marked as uncertain.
"""
