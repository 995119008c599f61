"""Papers independent of any file format: blocks, page dimensions, line spacing."""
