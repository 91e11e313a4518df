"""Parallel WaveGAN."""
