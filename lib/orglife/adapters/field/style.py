"""The look of the forms: style sheets from templates/widgets, as the pages take them."""

from orglife.adapters.disk import paths

FORMS = f"<style>\n{paths.widget_text('forms.css')}</style>"
CONFIRM = f"<style>\n{paths.widget_text('confirm.css')}</style>"
"""The page where a notice becomes a campaign, over ``FORMS``."""
