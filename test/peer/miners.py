"""Miners by pytorch-metric-learning."""

import random

import torch
from golden import clustered_rows, float32, random_rows, write
from pytorch_metric_learning import distances, miners
from pytorch_metric_learning.utils import loss_and_miner_utils

DISTANCES = {
    "squared-euclidean": lambda: distances.LpDistance(normalize_embeddings=False, p=2, power=2),
    "euclidean": lambda: distances.LpDistance(normalize_embeddings=False, p=2, power=1),
    "cosine": lambda: distances.CosineSimilarity(),
    "dot-product": lambda: distances.DotProductSimilarity(normalize_embeddings=False),
}
CUTOFF, NONZERO_LOSS_CUTOFF = 0.5, 1.4


def rows_of_any_length(count, dim, seed):
    chance = random.Random(seed)
    return [[float32(chance.random() * 4 - 2) for _ in range(dim)] for _ in range(count)]


def batches():
    """Name, embeddings [n, dim] and labels [n] of each batch. Fewer than 25 rows: cdist then takes plain differences."""
    labels = [row // 4 for row in range(16)]
    yield "unit rows", random_rows(16, 6, 41), labels
    yield "unit rows in 96 dimensions", clustered_rows(labels, 96, 42, 1.0), labels
    yield "rows of any length", rows_of_any_length(12, 4, 43), [0, 0, 0, 1, 1, 1, 1, 2, 2, 3, 3, 3]
    yield "an anchor without a positive", random_rows(7, 3, 44), [0, 0, 0, 1, 2, 2, 2]
    yield "one class", random_rows(4, 3, 45), [0, 0, 0, 0]
    yield "singletons", random_rows(4, 3, 46), [0, 1, 2, 3]
    different = random_rows(4, 3, 47)
    yield "duplicates", [different[row] for row in (0, 0, 1, 2, 2, 3, 3, 0)], [0, 0, 0, 1, 1, 1, 2, 2]
    with_zero = rows_of_any_length(6, 3, 48)  # of other lengths, or all would be as far from zero, but for rounding
    with_zero[1] = [0.0, 0.0, 0.0]
    yield "a zero vector", with_zero, [0, 0, 1, 1, 2, 2]
    corners = [[x, y, z] for x in (0.0, 1.0) for y in (0.0, 1.0) for z in (0.0, 1.0)]
    yield "ties: the corners of a cube", corners, [0, 1, 0, 1, 0, 1, 2, 2]


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


def case(name, rows, classes):
    embeddings, labels = torch.tensor(rows), torch.tensor(classes)
    margin = 1.5 if name.startswith("ties") else 0.2
    # Distance-weighted sampling divides by the length, so that other rows are other embeddings there.
    is_unit = torch.allclose(embeddings.norm(dim=1), torch.ones(1), atol=1e-6)
    return {
        "name": name,
        "dim": len(rows[0]),
        "embeddings": rows,
        "labels": classes,
        "margin": margin,
        "all": triples(loss_and_miner_utils.get_all_triplets_indices(labels)),
        "distances": {key: by_distance(embeddings, labels, margin, make()) for key, make in DISTANCES.items()},
        "distanceWeighted": negative_shares(embeddings, labels) if is_unit and len(set(classes)) > 1 else None,
    }


write(cutoff=CUTOFF, nonzeroLossCutoff=NONZERO_LOSS_CUTOFF, cases=[case(*batch) for batch in batches()])
