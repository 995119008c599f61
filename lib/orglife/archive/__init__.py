"""Archiving: a branch's final papers with everything that explains them, in one bag that opens without this program.

The papers are made first. Then one transaction of the store numbers the items and builds the bag: no number is stored
without its bag, and no bag has a number that the store does not know.

options: what to archive, and the outcome. contents: the files of a bag. making: archive one branch. driving: archive all
branches, in this process or in others. verifying: check that a bag, package, backup or store is unchanged;
verdict: what was found. fixity: a folder of bags over time. setting_anew: set a bag's papers anew from its data and compare them.
"""
