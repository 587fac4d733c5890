"""Cards on their way to being issued: prepared, with what is missing, and with the signatures so far."""
