"""What makes networks fast on one kind of machine; each tested equal to torch's own.

- `winograd`: convolutions over time with fewer multiplications (float32 on a CPU).
- `time_conv`: the convolution of the Transformer blocks, which chooses the way.
- `attention`: self-attention by matrix products (training on a CPU).
- `dropout`: dropout with cheap random numbers (CPU).
- `residual_tiles`: residual blocks of a waveform generator by parts that fit the cache (inference
  on a CPU).
- `smoothed_repeat`: repetition and smoothing in one product (everywhere).
"""
