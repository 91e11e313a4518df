"""Stage voices: a trained system as one folder that speaks wherever the package is installed."""
