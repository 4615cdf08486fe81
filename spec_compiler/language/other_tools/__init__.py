"""What other tools call what a spec says, and where it stands here; loaded where a key is strange.

The words are those of Keras's JSON, PyTorch and Lightning, Hugging Face, ONNX, Hydra, Ludwig and
nnU-Net, and of what people write every day: compose files, workflows, charts, test frameworks.
"""
