"""From an accepted card to a sealed PDF in the archive: typeset, seal, timestamp, verify, keep."""
