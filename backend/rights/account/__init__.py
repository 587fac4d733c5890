"""Everything that an account holds: taken along as a file, and deleted as far as the law lets it go."""
