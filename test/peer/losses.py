"""Losses and their gradients by pytorch-metric-learning."""

import torch
from golden import clustered_rows, random_rows, write
from pytorch_metric_learning import distances, losses, reducers
from pytorch_metric_learning.utils.loss_and_miner_utils import get_all_triplets_indices

DISTANCES = {
    "squared-euclidean": lambda: distances.LpDistance(normalize_embeddings=False, power=2),
    "euclidean": lambda: distances.LpDistance(normalize_embeddings=False),
    "cosine": distances.CosineSimilarity,
    "dot-product": lambda: distances.DotProductSimilarity(normalize_embeddings=False),
}
REDUCERS = {"all": reducers.MeanReducer, "active": reducers.AvgNonZeroReducer}

LABELS = [0, 0, 1, 1, 1, 2, 2, 3, 0, 4, 4, 4]
BATCHES = {
    # Anchor 7 is alone in its class.
    "random": {"embeddings": random_rows(12, 6, 1), "labels": LABELS},
    "clustered": {"embeddings": clustered_rows(LABELS, 6, 2, 0.4), "labels": LABELS},
    # Every positive is nearer than every negative, by far.
    "apart": {"embeddings": clustered_rows([0, 0, 1, 1], 3, 3, 0.01), "labels": [0, 0, 1, 1]},
}


def triplets_of(batch):
    return get_all_triplets_indices(torch.tensor(batch["labels"]))


def case(settings, distance, batch, loss, indices=None):
    """Value and gradient of one loss of pytorch-metric-learning on one batch."""
    embeddings = torch.tensor(BATCHES[batch]["embeddings"], requires_grad=True)
    value = loss(embeddings, torch.tensor(BATCHES[batch]["labels"]), indices)
    value.backward()
    return {
        "loss": settings,
        "distance": distance,
        "batch": batch,
        "value": value.item(),
        "gradient": embeddings.grad.tolist(),
    }


def triplet_margin():
    for distance, make in DISTANCES.items():
        for batch in BATCHES:
            for swap in (False, True):
                for smooth in (False, True):
                    # Softplus is never 0, so that all of them are a mean over all.
                    for mean in ("all",) if smooth else ("all", "active"):
                        settings = {
                            "name": "triplet-margin",
                            "margin": 0.2,
                            "swap": swap,
                            "smooth": smooth,
                            "mean": mean,
                        }
                        loss = losses.TripletMarginLoss(
                            margin=0.2, swap=swap, smooth_loss=smooth, distance=make(), reducer=REDUCERS[mean]()
                        )
                        yield case(settings, distance, batch, loss, triplets_of(BATCHES[batch]))


def soft_margin():
    """Softplus without a margin."""
    for distance, make in DISTANCES.items():
        loss = losses.TripletMarginLoss(
            margin=0, smooth_loss=True, distance=make(), reducer=reducers.MeanReducer()
        )
        for batch in BATCHES:
            yield case({"name": "soft-margin"}, distance, batch, loss, triplets_of(BATCHES[batch]))


write(
    batches={
        name: {**batch, "triplets": torch.stack(triplets_of(batch)).T.tolist()} for name, batch in BATCHES.items()
    },
    cases=[*triplet_margin(), *soft_margin()],
)
