"""What the miners of pytorch-metric-learning find, for test/peer/miners.test.ts.

    python miners.py miners.json
"""

import json
import sys

import torch
from pytorch_metric_learning import distances, miners
from pytorch_metric_learning.utils import loss_and_miner_utils

torch.manual_seed(1)
torch.set_default_dtype(torch.float64)

DISTANCES = {
    "squared-euclidean": lambda: distances.LpDistance(normalize_embeddings=False, p=2, power=2),
    "euclidean": lambda: distances.LpDistance(normalize_embeddings=False, p=2, power=1),
    "cosine": lambda: distances.CosineSimilarity(),
    "dot-product": lambda: distances.DotProductSimilarity(normalize_embeddings=False),
}
CUTOFF, NONZERO_LOSS_CUTOFF = 0.5, 1.4


def unit(rows):
    return torch.nn.functional.normalize(rows, dim=1)


def batches():
    """Name, embeddings [n, dim] and labels [n] of each batch. Fewer than 25 rows: cdist then takes plain differences."""
    labels = torch.arange(16) // 4
    yield "unit rows", unit(torch.randn(16, 6)), labels
    yield "unit rows in 96 dimensions", unit(torch.randn(16, 96) + torch.randn(4, 96)[labels]), labels
    yield "rows of any length", torch.randn(12, 4), torch.tensor([0, 0, 0, 1, 1, 1, 1, 2, 2, 3, 3, 3])
    yield "an anchor without a positive", unit(torch.randn(7, 3)), torch.tensor([0, 0, 0, 1, 2, 2, 2])
    yield "one class", unit(torch.randn(4, 3)), torch.zeros(4, dtype=torch.long)
    yield "singletons", unit(torch.randn(4, 3)), torch.arange(4)
    duplicates = unit(torch.randn(4, 3))
    yield "duplicates", duplicates[[0, 0, 1, 2, 2, 3, 3, 0]], torch.tensor([0, 0, 0, 1, 1, 1, 2, 2])
    with_zero = torch.randn(6, 3)  # of other lengths, or all would be as far from zero, but for rounding
    with_zero[1] = 0
    yield "a zero vector", with_zero, torch.tensor([0, 0, 1, 1, 2, 2])
    corners = torch.tensor([[x, y, z] for x in (0.0, 1.0) for y in (0.0, 1.0) for z in (0.0, 1.0)])
    yield "ties: the corners of a cube", corners, torch.tensor([0, 1, 0, 1, 0, 1, 2, 2])


def triples(found):
    return sorted([int(a), int(p), int(n)] for a, p, n in zip(*found))


def joined(pairs):
    """Triples of anchors that have both a pair with a positive and a pair with a negative."""
    a1, p, a2, n = (part.tolist() for part in pairs)
    return sorted([a, positive, negative] for a, positive in zip(a1, p) for b, negative in zip(a2, n) if a == b)


def facenet(semi_hard, hard, nearness):
    """Of each pair's semi-hard triples the nearest negative; where there is none, of its hard ones the farthest."""
    chosen = {}
    for a, p, n in hard:
        if (a, p) not in chosen or nearness[a][n] < nearness[a][chosen[a, p]]:
            chosen[a, p] = n
    nearest = {}
    for a, p, n in semi_hard:
        if (a, p) not in nearest or nearness[a][n] > nearness[a][nearest[a, p]]:
            nearest[a, p] = n
    return sorted([a, p, n] for (a, p), n in {**chosen, **nearest}.items())


def by_distance(embeddings, labels, margin, distance):
    def margin_miner(kind):
        return triples(miners.TripletMarginMiner(margin, kind, distance=distance)(embeddings, labels))

    def easy_hard_miner(negatives):
        return joined(miners.BatchEasyHardMiner("easy", negatives, distance=distance)(embeddings, labels))

    matrix = distance(embeddings)
    nearness = (matrix if distance.is_inverted else -matrix).tolist()
    semi_hard, hard = margin_miner("semihard"), margin_miner("hard")
    return {
        "easy": margin_miner("easy"),
        "semi-hard": semi_hard,
        "hard": hard,
        "facenet": facenet(semi_hard, hard, nearness),
        "batch-hard": triples(miners.BatchHardMiner(distance=distance)(embeddings, labels)),
        "batch-easy-hard": easy_hard_miner("hard"),
        "batch-easy-semi-hard": easy_hard_miner("semihard"),
    }


def negative_shares(embeddings, labels):
    """The chances that distance-weighted sampling draws by; null in the rows that it cannot draw for."""
    seen = {}
    original = loss_and_miner_utils.get_random_triplet_indices

    def record(*args, weights, **rest):
        seen["weights"] = weights
        return original(*args, weights=weights, **rest)

    loss_and_miner_utils.get_random_triplet_indices = record
    try:
        miner = miners.DistanceWeightedMiner(cutoff=CUTOFF, nonzero_loss_cutoff=NONZERO_LOSS_CUTOFF)
        drawn = [triples(miner(embeddings, labels)) for _ in range(5)]
    finally:
        loss_and_miner_utils.get_random_triplet_indices = original
    shares = [None if torch.isnan(row).any() else row.tolist() for row in seen["weights"]]
    return {"shares": shares, "drawn": sorted({tuple(triple) for draw in drawn for triple in draw})}


def main(path):
    cases = []
    for name, embeddings, labels in batches():
        embeddings = embeddings.float().double()  # exactly what the other side holds
        norms = embeddings.norm(dim=1)
        margin = 1.5 if name.startswith("ties") else 0.2
        cases.append(
            {
                "name": name,
                "dim": embeddings.shape[1],
                "embeddings": embeddings.flatten().tolist(),
                "labels": labels.tolist(),
                "margin": margin,
                "all": triples(loss_and_miner_utils.get_all_triplets_indices(labels)),
                "distances": {
                    key: by_distance(embeddings, labels, margin, make()) for key, make in DISTANCES.items()
                },
                # It divides by the length, so that other rows are other embeddings there.
                "distanceWeighted": negative_shares(embeddings, labels)
                if labels.unique().numel() > 1 and torch.allclose(norms, torch.ones(1), atol=1e-6)
                else None,
            }
        )
    with open(path, "w") as file:
        json.dump({"cutoff": CUTOFF, "nonzeroLossCutoff": NONZERO_LOSS_CUTOFF, "cases": cases}, file, separators=(",", ":"))
        file.write("\n")


main(sys.argv[1])
