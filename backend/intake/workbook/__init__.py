"""The workbook door: what schools keep in Excel becomes drafts of cards, with every doubt said and nothing guessed."""
