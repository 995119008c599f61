"""Long work of the pages: file a branch (papers, archive, copies, backup, restore), take in packages, all branches."""
