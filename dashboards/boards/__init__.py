"""What boards show: rows computed from the figures, and the addresses of what lies behind them."""
