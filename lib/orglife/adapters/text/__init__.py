"""Read the paragraphs of notices and Word documents."""
