"""What leaves the workspace: files as downloads or on a drive, and a branch that is lent to go on with at home."""
