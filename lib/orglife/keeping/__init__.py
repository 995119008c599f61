"""Back up a workspace and restore it."""
