"""What wakes by itself: the worker, its sign of life, periodic jobs, and the command that starts them."""
