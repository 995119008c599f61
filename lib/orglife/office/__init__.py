"""One workspace opened: its branches as dossiers, what is found in them, what changed when."""
