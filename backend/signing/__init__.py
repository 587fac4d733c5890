"""Keys and what is made with them: XML signatures, PDF seals, timestamps."""
