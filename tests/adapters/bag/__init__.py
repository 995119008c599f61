"""Tests of orglife.adapters.bag."""
