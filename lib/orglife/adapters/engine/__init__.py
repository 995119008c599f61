"""Runs notebooks: papermill engine, warm process, pools."""
