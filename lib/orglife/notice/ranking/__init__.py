"""Rank the sentences of a notice for each field, with weights trained from labelled notices (``make reader``)."""
