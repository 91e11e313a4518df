"""The stages as jobs: which there are, what decides each, and how one runs."""
