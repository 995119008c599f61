"""Pure values: records, campaigns, rules, findings, papers, sheets. Standard library and pydantic only."""
