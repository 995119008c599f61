"""Rules over the whole dossier: hints about empty wording and copied text, for a person to judge.

These rules never report an error, block a paper, score a person or change a text.
"""
