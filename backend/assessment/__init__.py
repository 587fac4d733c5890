"""The ministry's assessment rules as pure functions: circular 27/2020 (primary) and 22/2021 (secondary).

Marks are ``Decimal``; halves round up. ``rule_sets`` says which rules a card was made by, ``check_record`` holds a card
against them. A card always shows what the school published: the rules make demo cards and warn of differences, they
never replace a published level.
"""
