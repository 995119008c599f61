"""One outside library a file: store, forms, typesetting, notebooks. Imports core, never stages."""

from orglife.adapters import spared

spared.later()
