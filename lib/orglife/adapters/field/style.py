"""The style sheets of the forms, from templates/widgets, as HTML."""

from orglife.adapters.disk import paths

FORMS = f"<style>\n{paths.widget_text('forms.css')}</style>"
CONFIRM = f"<style>\n{paths.widget_text('confirm.css')}</style>"
"""Styles of the page that confirms a notice's clauses; use it after ``FORMS``."""
