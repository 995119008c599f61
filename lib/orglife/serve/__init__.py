"""``orglife start``: found a workspace, serve it, rehearse."""
