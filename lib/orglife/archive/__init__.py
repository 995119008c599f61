"""Archiving: a branch's final papers with everything that explains them, in one bag that needs nobody's program.

The papers are made first, then the items are numbered and kept in the history, and the bag is built inside that same
transaction: there is no number without a bag that could be made, and no bag with a number that the store does not know.

options: what is wanted, and what became of it. contents: what lies in a bag. making: one branch. driving: all of them, here
or in other processes. verifying: whether a bag, package, backup or store is still what it was.
"""
