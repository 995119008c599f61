"""One branch in a notebook: its pages, its forms, and the ports to the store."""
