"""A branch's first page: state of each stage, steps for today, what is missing and from whom, deadlines, remarks."""
