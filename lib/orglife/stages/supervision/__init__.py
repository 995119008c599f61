"""Stage supervision: 上级督导."""
