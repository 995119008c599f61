"""Archive: items, catalogue and package rules."""
