"""Stage training: the systems, each a package here and a line in `fs2.registry`."""
