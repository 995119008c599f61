"""The overview of all branches (standing, survey, visits), and the bureau's own records and papers."""
