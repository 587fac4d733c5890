"""A guardian opens one card: everything that decides on it, and what is shown, in one read."""
