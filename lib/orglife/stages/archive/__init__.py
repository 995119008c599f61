"""Archiving: the catalogue."""
