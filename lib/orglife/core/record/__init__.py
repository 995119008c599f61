"""Records: one fact as entered, the dossier of a branch, reading what people type, the exchange format."""
