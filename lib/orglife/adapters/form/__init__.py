"""Forms made from record types, and the pages of forms."""
