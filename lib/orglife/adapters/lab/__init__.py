"""JupyterLab as the guided page: server, guards, kernel."""
