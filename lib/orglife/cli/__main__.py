"""``python -m orglife.cli``."""

from orglife.cli import main

main()
