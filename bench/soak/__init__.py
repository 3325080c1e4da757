"""A desk under constant load for hours: `python -m bench.soak`."""
