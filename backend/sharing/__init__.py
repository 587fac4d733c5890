"""Links with which a guardian shows a pupil's cards to somebody else, and the history of who looked at them.

* Of a link's secret only the hash is kept; whoever has it is judged with every request (``rules.state_of``).
* What a receiver sees is what the maker allowed and no more (``rules.shown_record``), however it is asked for.
* Every look at a card is kept before its answer is built, whoever looks (``history``); looks stay for good.
"""
