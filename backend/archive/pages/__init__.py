"""What parents read of a card, made once when it is issued."""
