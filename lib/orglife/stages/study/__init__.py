"""Stage study: 集中学习."""
