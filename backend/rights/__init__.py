"""What people may ask about their own data: see it, take it along, have it corrected, object, leave.

* Days are counted by ``rules``; a request never changes or withdraws a card by itself, a school's answer does.
* A request is seen by whoever made it, as long as they may read that pupil's cards, and by who has to answer it.
* An account can be deleted; the record and its history cannot (``delete_account``).
"""
