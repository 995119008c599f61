"""Counting, comparing and printing shared by several stages."""
