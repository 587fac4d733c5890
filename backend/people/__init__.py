"""Pupils, their guardians, and who may read whose card until when.

* ``rules.may_read_card`` is the only place that decides whether a parent sees a card.
* A card is tied to its pupil by the personal code, else by school code + pupil code + date of birth; never by name
  (``matching``).
* Rows about guardianships are ended or barred, never deleted: the history stays.
"""
