"""Form controls (ipywidgets) for one field each."""
