"""The city's service: intake, issuing, archive, parents' access. It may import ``verifier``, never the reverse."""
