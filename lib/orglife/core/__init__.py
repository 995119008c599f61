"""Pure: records, campaign, rules frame, blocks. Imports the standard library and pydantic only."""
