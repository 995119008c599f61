"""Workbooks of Excel and WPS, written and read."""
