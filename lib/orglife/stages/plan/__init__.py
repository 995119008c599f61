"""Stage plan: 工作方案."""
