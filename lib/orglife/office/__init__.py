"""An open workspace: its branches as dossiers, their findings, their history."""
