"""One outside library a file: store, forms, typesetting, notebooks. Imports core, never stages."""
