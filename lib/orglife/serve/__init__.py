"""``orglife start``: create a workspace, serve it, rehearse."""
