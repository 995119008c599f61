"""Stage rectification: 落实整改."""
