"""Many cards signed with one confirmation: what waits, what was authorised, and the worker that signs."""
