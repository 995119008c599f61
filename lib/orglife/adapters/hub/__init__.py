"""Many people on one machine: JupyterHub lets them in, and each has a server of her own under her own account."""
