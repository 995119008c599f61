"""Papers made when somebody asks for them: page buttons, single papers, the meeting pack."""
