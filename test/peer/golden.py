"""What the scripts of this directory share. Each of them writes <its name>.json into the directory that it is given.

Everything is calculated in double precision, from embeddings that are float32 numbers, so that both sides begin with the
same bits. Chance is Python's own generator, whose numbers are promised not to change.
"""

import json
import math
import random
import struct
import sys
from pathlib import Path

import torch

torch.set_default_dtype(torch.float64)
torch.manual_seed(1)


def float32(value):
    """The nearest float32 number."""
    return struct.unpack("f", struct.pack("f", value))[0]


def unit(row):
    length = math.sqrt(sum(value * value for value in row))
    return [float32(value / length) for value in row]


def random_rows(count, dim, seed):
    """Rows of unit length, but for the rounding to float32."""
    chance = random.Random(seed)
    return [unit([chance.random() * 2 - 1 for _ in range(dim)]) for _ in range(count)]


def clustered_rows(labels, dim, seed, spread):
    """Rows of unit length around one centre a label: triplets of which many keep their margin."""
    chance = random.Random(seed)
    centres = {label: [chance.random() * 2 - 1 for _ in range(dim)] for label in sorted(set(labels))}
    return [unit([value + spread * (chance.random() * 2 - 1) for value in centres[label]]) for label in labels]


def write(**content):
    """Writes the golden values: one line for each item of a list, so that a change is seen where it is."""

    def text(value):
        if isinstance(value, list):
            return "[\n" + ",\n".join(json.dumps(item) for item in value) + "\n]"
        if isinstance(value, dict):
            return "{\n" + ",\n".join(f"{json.dumps(key)}: {json.dumps(item)}" for key, item in value.items()) + "\n}"
        return json.dumps(value)

    path = Path(sys.argv[1]) / (Path(sys.argv[0]).stem + ".json")
    members = ",\n".join(f"{json.dumps(key)}: {text(value)}" for key, value in content.items())
    path.write_text("{\n" + members + "\n}\n")
