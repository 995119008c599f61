"""One year's campaign beside another, a notice confirmed item by item, moving on to a new year."""
