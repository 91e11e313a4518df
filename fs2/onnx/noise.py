"""The noise of a seed as torch's generator for the CPU draws it, without torch.

`fs2.nn.chunks.generate_in_chunks` always speaks on the noise of seed 0. With the same here an
exported voice sounds as the voice does, sample by sample. torch's generator is the Mersenne
twister, as numpy's old one is. Each uniform number is the lower 24 of 32 random bits, and sixteen
at a time become normal by the method of Box and Muller: the first eight are radii, the others
angles.
"""

import numpy as np

UNIFORM_BITS = 24
HALF = 8


def normal_noise(samples: int, seed: int = 0) -> np.ndarray:
    """Standard normal noise (samples,), float32; a longer one begins with a shorter one."""
    count = -(-samples // (2 * HALF)) * 2 * HALF
    words = np.frombuffer(np.random.RandomState(seed).bytes(4 * count), np.uint32)
    uniform = (words % 2**UNIFORM_BITS).astype(np.float32) / np.float32(2**UNIFORM_BITS)
    first, second = uniform.reshape(-1, 2, HALF).swapaxes(0, 1)  # (count / 16, 8) each
    radius, angle = np.sqrt(-2 * np.log(1 - first)), np.float32(2 * np.pi) * second
    pairs = np.stack((radius * np.cos(angle), radius * np.sin(angle)), axis=1)
    return pairs.reshape(-1)[:samples]
