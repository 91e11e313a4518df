"""Stage training: the systems."""
