"""Write and read workbooks of Excel and WPS."""
