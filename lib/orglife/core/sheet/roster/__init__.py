"""Read a roster that a branch keeps in Excel, WPS or Word, or types as a list; nothing uncertain is taken as read."""
