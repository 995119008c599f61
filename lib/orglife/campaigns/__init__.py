"""Comparing two campaigns, confirming a notice item by item, and starting a new campaign in a workspace.

The campaign file is read and validated in ``core/rule/campaign.py``.
"""
