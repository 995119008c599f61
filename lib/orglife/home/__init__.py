"""The first page of a branch: how far each stage is, what to do today, what is missing and by whom, what to print."""
