"""Who looked at a pupil's cards, when, as whom; and what a guardian reports of it."""
