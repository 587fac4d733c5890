"""What a parent should hear of: said once, on whichever device is opened next, until it was seen."""
