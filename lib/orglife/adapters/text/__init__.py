"""Notices and Word documents, read as paragraphs."""
