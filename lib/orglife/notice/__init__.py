"""Reading a notice: a trained ranker finds the sentences, parsers read the facts and demands in them.

Pure: text in, facts out. Each fact carries the quotes that it was read from (literal parts of the text) and their
places; doubtful facts are marked as uncertain.
"""
