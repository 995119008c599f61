"""Papers before any format: blocks, page measures, line spacing."""
