"""Cards that nobody has signed yet: their content, and what is missing before somebody can."""
