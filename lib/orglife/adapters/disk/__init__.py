"""Files, zip files and folders on a disk."""
