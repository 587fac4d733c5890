"""What a digital report card is and how it is checked.

This package is the leaf of the house: it needs no database and imports nothing of ``backend``.
"""
