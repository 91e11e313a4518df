"""FastSpeech 2s."""
