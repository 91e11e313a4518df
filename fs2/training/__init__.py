"""What every training has: data, epochs, checkpoints, discriminators, losses of waveforms."""
