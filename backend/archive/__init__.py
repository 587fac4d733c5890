"""Cards kept for good: states and versions, withdrawals, signed lists, and the bytes behind them."""
