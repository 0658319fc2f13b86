"""What the product costs, as ratios measured in one run with the figures behind them. `make bench` prints them."""
