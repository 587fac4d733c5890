"""What changes when a pupil comes of age: an account of their own, and whom of their parents they let read on."""
