"""Writes libs/networks/stage-statistics.ts: mean and deviation, over photos of clothes, of what earlier stages give.

venv/bin/python stage_statistics.py FOLDER

FOLDER holds the photos of the "Clothing dataset" by A. Grigorev (CC0 1.0), in 256 pixels; every ninth, by name, is taken.
"""

import sys
from pathlib import Path

import numpy as np
import torch
from lite0 import Lite0
from PIL import Image

SIZE = 224
EVERY = 9
OUT = Path(__file__).parents[3] / "libs/networks/stage-statistics.ts"


def canonical(path: Path) -> np.ndarray:
    """The photo fitted into the square on white."""
    image = Image.open(path).convert("RGB")
    scale = SIZE / max(image.size)
    width, height = (max(1, round(side * scale)) for side in image.size)
    square = Image.new("RGB", (SIZE, SIZE), (255, 255, 255))
    square.paste(image.resize((width, height), Image.LANCZOS), ((SIZE - width) // 2, (SIZE - height) // 2))
    return np.asarray(square)


def numbers(values: np.ndarray) -> str:
    return ", ".join(f"{value:.4g}" for value in values)


def main() -> None:
    lite0 = Lite0()
    paths = sorted(Path(sys.argv[1]).glob("*.jpg"))[::EVERY]
    batches = [paths[at : at + 16] for at in range(0, len(paths), 16)]
    described = [lite0(torch.from_numpy(np.stack([canonical(path) for path in batch])))[1] for batch in batches]
    stages = [torch.cat(stage).double().numpy() for stage in zip(*described)]
    lines = [
        "/**",
        " * Mean and standard deviation, over photos of clothes, of the mean and the deviation of every channel of three stages of",
        " * EfficientNet-Lite0: 80, 112 and 192 channels, means first. Written by test/golden/features/stage_statistics.py from",
        f" * {len(paths)} photos.",
        " */",
        "export const STAGE_STATISTICS: readonly { means: readonly number[]; deviations: readonly number[] }[] = [",
        *(
            f"  {{ means: [{numbers(stage.mean(0))}], deviations: [{numbers(stage.std(0))}] }},"
            for stage in stages
        ),
        "];",
    ]
    OUT.write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
