"""All branches: standing, overview, survey, visits; the superior's own records."""
