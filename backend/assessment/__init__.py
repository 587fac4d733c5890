"""The ministry's assessment rules as pure functions: circular 27/2020 (primary) and 22/2021 (secondary).

Marks are ``Decimal``; halves round up. A card always shows what the school published: these rules make demo cards and
warn of differences, they never replace a published level.
"""
