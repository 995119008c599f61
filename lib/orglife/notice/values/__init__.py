"""Values read from sentences that the ranker chose: one module per kind of value."""
