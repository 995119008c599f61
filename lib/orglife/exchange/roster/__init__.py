"""A roster in any form: read into a table that a person confirms, then taken in."""
