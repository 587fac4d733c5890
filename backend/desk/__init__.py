"""The work of schools and the department: who belongs to the staff, who may do what, and signing many cards at once.

* A role is given for a school and a school year; it is ended, never deleted. ``rules.py`` is the one place that says
  who may do what.
* Staff log in with passkeys as parents do (``access``), in a realm of their own.
* One confirmation signs many cards: what was confirmed is written down whole (``batches.authorise_batch``), and checked
  again before any key is used (``batches.sign_batch``).
* Leaving ends it: with a person's deactivation their sessions, passkeys and running authorisations end at once.
"""
