"""Write records as tables of a workbook, and read returned tables as records."""
