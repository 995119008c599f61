"""Pure values: records, campaigns, rules, findings, papers, sheets. Standard library, pydantic and regex only."""
