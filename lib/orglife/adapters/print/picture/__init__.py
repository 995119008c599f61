"""Charts drawn once, as shapes, for every format; ``draw`` chooses the function for a chart."""
