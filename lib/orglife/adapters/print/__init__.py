"""Papers as HTML, PDF and DOCX; fonts."""
