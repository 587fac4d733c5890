"""What a guardian's letter cannot prove waits for the school: until it confirms, the guardian sees nothing.

* ``rules.py`` says when an enrolment has to wait, and for what.
* ``store.AWAITS_CONFIRMATION`` is what ``people.readable`` reads with every tie of a guardian.
* The use cases stand in ``backend.access``, since refusing ends passkeys.
"""
