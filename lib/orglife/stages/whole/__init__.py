"""Rules over the whole dossier: signs of hollow wording and of copying, hints for a person to look at.

Nothing here is ever an error, blocks a paper, gives a score to a person or rewrites a word.
"""
