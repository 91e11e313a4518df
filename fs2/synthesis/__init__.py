"""Stage synthesis: text, or the test split, to audible speech."""
