"""Stage talks: 谈心谈话."""
