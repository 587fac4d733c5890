"""Bulk issuing as jobs that survive: who asked for which school and year, how far it is, when it tries again."""
