"""Import and export of files: workbooks, members' forms, packages one by one or many at once, receipts."""
