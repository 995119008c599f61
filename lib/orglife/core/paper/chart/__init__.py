"""Pictures of numbers, described without colours or coordinates; adapters draw them."""
