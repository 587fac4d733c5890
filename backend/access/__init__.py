"""Enrolment, passkeys, sessions, attempts: how a guardian becomes a parent who is logged in, and staff likewise.

* A secret that somebody could guess (activation codes) is stored only as a keyed hash; random tokens as SHA-256.
* Wrong code and unknown person get the same answer, after the same work.
* Attempts are counted in the database in a transaction of their own, so neither a refusal nor a restart resets them.
* ``passkeys.py`` is the only file that knows the WebAuthn library.

Where to look:

* coming in: ``enrol`` with a letter's code (``issue_activation_code``), ``log_in``, ``step_up``; each is a ceremony of
  two halves (``ceremony``) for a ``session``;
* what differs between parents and staff: ``realm``, with ``parents`` here and ``backend.desk.staff_realm``;
* what waits for the school: ``await_confirmation`` opens it, ``waiting_enrolments`` and ``decide_enrolment`` are the
  school's side; ``add_letter`` and ``change_personal_code`` ask from an open account;
* an account as its owner sees it: ``read_account``, ``own_passkeys``, ``notices``;
* what is refused before it is judged: ``attempts``, with the figures in ``limits``.
"""
