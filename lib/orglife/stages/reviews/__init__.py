"""Stage reviews: 对照检查."""
