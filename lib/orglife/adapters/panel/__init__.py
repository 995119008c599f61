"""Parts of pages that are no form of a record: attach, import, confirm, archive, work on all branches."""
