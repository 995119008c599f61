"""Records as tables of a workbook, and tables that came back as records."""
