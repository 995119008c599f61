"""Files out and in: workbooks, members' forms, packages, receipts."""
