"""Rosters as people write them, each with the reading that is right, written down before the reader was."""
