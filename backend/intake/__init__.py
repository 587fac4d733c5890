"""Batches in: the ministry's transaction or a plain list; every card accepted or refused with a receipt."""
