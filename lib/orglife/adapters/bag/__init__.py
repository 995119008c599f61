"""BagIt bags, and the verifier that every bag contains."""
