"""Papers printed on request: page buttons, single papers, the meeting pack."""
