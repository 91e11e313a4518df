"""A voice without PyTorch: its networks as ONNX, written here and run by onnxruntime.

`graph` says what a network is to the outside, `export` writes it (with torch, onnx and onnxscript),
`description` is what stands beside it. `voice` runs it with onnxruntime and numpy alone, on what
`controls` makes of a user's wishes and the noise of `noise`.
"""
