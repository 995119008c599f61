"""Campaigns, rules and findings."""
