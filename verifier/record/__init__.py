"""The card's data: the ministry's XML (2088 v1.0 and the field's shape) and the frozen structs read from it."""
