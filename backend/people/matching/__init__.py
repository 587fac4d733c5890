"""Which registered pupil an identity means, and whose card a record is.

* ``rules.match_pupil`` decides; a contradiction ties the card to nobody, and a person has to look.
* A card whose pupil is not registered yet waits, and is tied when the roster comes (``link_card``).
"""
