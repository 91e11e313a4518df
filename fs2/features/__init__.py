"""Mel, F0, energy and pitch spectrogram of every clip, in one HDF5 file of ragged columns."""
