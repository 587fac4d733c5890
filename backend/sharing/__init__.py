"""Links with which a guardian shows a pupil's cards to somebody else, and the history of who looked at them."""
