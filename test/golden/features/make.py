"""Writes golden.safetensors: what the PyTorch package gives for a few synthetic images, in the end and of earlier stages.

python3 -m venv venv && venv/bin/pip install -r requirements.txt && venv/bin/python make.py

The images are formulas in whole numbers, repeated in features.test.ts.
"""

from pathlib import Path

import numpy as np
import torch
from lite0 import Lite0
from safetensors.numpy import save_file

SIZE = 224


def images() -> np.ndarray:
    """uint8 [5, 224, 224, 3]"""
    y, x, c = np.meshgrid(np.arange(SIZE), np.arange(SIZE), np.arange(3), indexing="ij")
    ramp = np.where(c == 0, x, np.where(c == 1, y, 128))
    rings = ((x - 112) ** 2 + (y - 100) ** 2) // 64 * (c + 1) % 256
    squares = np.where((x // 16 + y // 24) % 2 == 0, 40 + 70 * c, 230 - 60 * c)
    grain = (x * 7919 + y * 104729 + c * 1299709 + x * y * (31 + c)) % 251
    blank = np.full_like(x, 255)
    return np.stack([ramp, rings, squares, grain, blank]).astype(np.uint8)


def main() -> None:
    features, stages = Lite0()(torch.from_numpy(images()))  # [5, 1280]; [5, 160], [5, 224], [5, 384]
    tensors = {"features": features.numpy(), "stages": torch.cat(stages, dim=1).numpy()}
    save_file(tensors, Path(__file__).with_name("golden.safetensors"))


if __name__ == "__main__":
    main()
