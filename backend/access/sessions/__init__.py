"""Sessions as they are stored and listed; ``backend.access.session`` begins, opens and ends them."""
