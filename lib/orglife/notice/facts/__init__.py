"""Facts by field: each module reads some fields from a notice and gives a fact or None."""
