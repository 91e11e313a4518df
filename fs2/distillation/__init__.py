"""The stage distillation: a trained teacher's durations of every clip, and mels of its own."""
