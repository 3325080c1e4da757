"""A directory as a producer: what is put into it goes to the desk, and then to `done/` or `rejected/`."""
