"""Networks that are written as ONNX.

Some operators have no counterpart in ONNX, and what is fast in torch (`winograd`, `residual_tiles`)
need not be fast elsewhere. Whoever asks `exporting` then computes the same in other operators.
"""

import torch


def exporting() -> bool:
    """Whether the network is being written as ONNX (`fs2.onnx`)."""
    return torch.onnx.is_in_onnx_export()
