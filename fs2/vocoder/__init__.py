"""Stage vocoder: from mel spectrogram to waveform. Each vocoder is a line in `fs2.registry`."""
