"""Cards on their way to the archive: announced, prepared, waiting for what is missing, signed here step by step."""
