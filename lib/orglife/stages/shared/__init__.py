"""What several stages count, compare or print in the same way."""
