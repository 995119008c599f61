"""What a database on a server has beyond the rows that a file has too: loans of branches, hints of saves."""
