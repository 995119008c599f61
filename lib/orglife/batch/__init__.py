"""All branches in one run: execute each stage's notebook for each branch and print the papers that it emitted.

A branch that fails does not stop the others. Files are never partial: written aside, synced, renamed; packet.json last.

options: what to make. sources: the inputs of a branch's papers, and which of them changed. task: what a worker gets.
making: one branch, in a worker. driving: all branches, here or on a cluster. run_record: packet.json. report: the log of a
run. emitted: the papers that notebooks emitted, for the archive.
"""
