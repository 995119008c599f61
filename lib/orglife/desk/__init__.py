"""One branch in a notebook: pages, forms, ports."""
