"""Filing a branch in the page: what stands in the way, final papers, the archive, copies to carry away, backup, restore."""
