"""Stage opinions: 征求意见."""
