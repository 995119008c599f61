"""Tables and matrices that can be typed in."""
