"""All branches in one go: each stage's notebook is run for each branch, and what it emitted is printed.

A branch's failure stays its own. Output is whole or not there: made beside, synced, renamed, packet.json last.

options: what is wanted. sources: what a branch's papers come from, and what of it is new. task: what travels to a worker.
making: one branch, in a worker. driving: all of them, here or on a cluster. report: what was made, skipped and failed.
emitted: the papers that notebooks emitted, for the archive.
"""
