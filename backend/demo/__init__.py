"""The demo city: fictional schools, pupils and parents, their signed report cards, and keys that say DEMO.

Everything follows from a seed. Each pupil, family and teacher has a random stream of its own, so pupil number 17 is the
same in a city of 50 and in one of 100,000. Personal codes have the unused province part 999; addresses, streets and
schools do not exist.
"""
