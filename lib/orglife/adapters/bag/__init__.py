"""BagIt bags, and the verifier that lies in every bag."""
