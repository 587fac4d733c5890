"""Enrolment, passkeys, sessions, attempts: how a guardian becomes a parent who is logged in.

* A secret that somebody could guess (activation codes) is stored only as a keyed hash; random tokens as SHA-256.
* Wrong code and unknown person get the same answer, after the same work.
* Attempts are counted in the database in a transaction of their own, so neither a refusal nor a restart resets them.
* ``passkeys.py`` is the only file that knows the WebAuthn library.
"""
