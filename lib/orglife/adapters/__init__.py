"""One outside library a file, in sub-rooms: store, print, form, grid, engine, lab … Imports core, never stages."""

from orglife.adapters.engine import shortcuts

shortcuts.defer_address_check()
