"""Import and export of files: workbooks, members' forms, packages, receipts."""
