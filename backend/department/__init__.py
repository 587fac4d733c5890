"""What a department enters before the first card: schools, rosters, letters to parents."""
