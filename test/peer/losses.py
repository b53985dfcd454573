"""Losses and their gradients by pytorch-metric-learning."""

import torch
from golden import clustered_rows, random_rows, write
from pytorch_metric_learning import distances, losses, reducers

DISTANCES = {
    "squared-euclidean": lambda: distances.LpDistance(normalize_embeddings=False, power=2),
    "euclidean": lambda: distances.LpDistance(normalize_embeddings=False),
    "cosine": distances.CosineSimilarity,
    "dot-product": lambda: distances.DotProductSimilarity(normalize_embeddings=False),
}
REDUCERS = {"all": reducers.MeanReducer, "active": reducers.AvgNonZeroReducer}

LABELS = [0, 0, 1, 1, 1, 2, 2, 3, 0, 4, 4, 4]
STYLES = [0, 0, 0, 0, 0, 1, 1, 1, 0, 2, 2, 2]


def stretched(rows):
    """Of lengths 1/4, 1/2, 1, 2 and so on: powers of two leave float32 numbers what they are."""
    return [[value * 2.0 ** (at - 2) for value in row] for at, row in enumerate(rows)]


def batch(embeddings, positive, negative=None):
    return {
        "embeddings": embeddings,
        "positive": positive,
        "negative": positive if negative is None else negative,
        "proxies": random_rows(max(positive) + 1, len(embeddings[0]), 9),
    }


BATCHES = {
    # Row 7 is alone in its class.
    "random": batch(random_rows(12, 6, 1), LABELS),
    "clustered": batch(clustered_rows(LABELS, 6, 2, 0.4), LABELS),
    # Every triplet keeps its margin.
    "apart": batch(clustered_rows([0, 0, 1, 1], 3, 3, 0.2), [0, 0, 1, 1]),
    "one class": batch(random_rows(4, 3, 4), [0, 0, 0, 0]),
    "singletons": batch(random_rows(4, 3, 5), [0, 1, 2, 3]),
    # The same photo in one class and in another.
    "duplicates": batch([random_rows(4, 3, 7)[row] for row in (0, 0, 1, 2, 2, 3, 0, 3)], [0, 0, 0, 1, 1, 1, 2, 2]),
    # Of other lengths, or all would be as far from zero, but for rounding.
    "a zero vector": batch([[0.0] * 3, *stretched(random_rows(5, 3, 8))], [0, 0, 1, 1, 2, 2]),
    "ties": batch([[x, y, z] for x in (0.0, 1.0) for y in (0.0, 1.0) for z in (0.5, 1.0)], [0, 1, 0, 1, 0, 1, 2, 2]),
    # Positives by product, negatives by style: other products of one's style are neither.
    "two labels": batch(random_rows(12, 6, 6), LABELS, STYLES),
}
ONE_LABEL = [name for name in BATCHES if name != "two labels"]


def pairs_of(batch):
    """Positive and negative pairs of a batch, each in both orders."""
    positive, negative = (torch.tensor(BATCHES[batch][key]) for key in ("positive", "negative"))
    is_positive = (positive[:, None] == positive[None]) & ~torch.eye(len(positive), dtype=bool)
    is_negative = (positive[:, None] != positive[None]) & (negative[:, None] != negative[None])
    return (*torch.where(is_positive), *torch.where(is_negative))


def triplets_of(batch):
    first, positive, anchor, negative = pairs_of(batch)
    at, other = torch.where(first[:, None] == anchor[None])
    return first[at], positive[at], negative[other]


def case(settings, distance, batch, loss, indices=None):
    """Value and gradient of one loss of pytorch-metric-learning on one batch."""
    embeddings = torch.tensor(BATCHES[batch]["embeddings"], requires_grad=True)
    proxies = getattr(loss, "proxies", None)
    value = loss(embeddings, torch.tensor(BATCHES[batch]["positive"]), indices)
    value.backward()
    gradient = torch.zeros_like(embeddings) if embeddings.grad is None else embeddings.grad
    return {
        "loss": settings,
        "distance": distance,
        "batch": batch,
        "value": value.item(),
        "gradient": gradient.tolist(),
        "proxyGradient": None if proxies is None else proxies.grad.tolist(),
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
                        yield case(settings, distance, batch, loss, triplets_of(batch))


def soft_margin():
    """Softplus without a margin."""
    for distance, make in DISTANCES.items():
        loss = losses.TripletMarginLoss(
            margin=0, smooth_loss=True, distance=make(), reducer=reducers.MeanReducer()
        )
        for batch in BATCHES:
            yield case({"name": "soft-margin"}, distance, batch, loss, triplets_of(batch))


def contrastive():
    """Margins as they are by default: the distance of equal rows and 1, or the similarity of equal rows and 0."""
    for distance, make in DISTANCES.items():
        is_similarity = make().is_inverted
        for margins in ((1, 0), (0.9, 0.1)) if is_similarity else ((0, 1), (0.1, 1.5)):
            loss = losses.ContrastiveLoss(pos_margin=margins[0], neg_margin=margins[1], distance=make())
            settings = {"name": "contrastive", "positiveMargin": margins[0], "negativeMargin": margins[1]}
            for batch in BATCHES:
                yield case(settings, distance, batch, loss, pairs_of(batch))


def multi_similarity():
    for alpha, beta, base in ((2, 50, 0.5), (1, 10, 0)):
        settings = {"name": "multi-similarity", "alpha": alpha, "beta": beta, "base": base}
        for distance in ("cosine", "dot-product"):
            loss = losses.MultiSimilarityLoss(alpha=alpha, beta=beta, base=base, distance=DISTANCES[distance]())
            for batch in BATCHES:
                yield case(settings, distance, batch, loss, pairs_of(batch))


def supervised_contrastive():
    for temperature in (0.1, 0.5):
        settings = {"name": "supervised-contrastive", "temperature": temperature}
        for distance in ("cosine", "dot-product"):
            loss = losses.SupConLoss(temperature=temperature, distance=DISTANCES[distance]())
            for batch in BATCHES:
                yield case(settings, distance, batch, loss, pairs_of(batch))


def proxy_anchor():
    """Of its classes by one label only: the peer knows no photos that are neither."""
    for margin, alpha in ((0.1, 32), (0.3, 8)):
        for batch in ONE_LABEL:
            proxies = torch.tensor(BATCHES[batch]["proxies"])
            loss = losses.ProxyAnchorLoss(*proxies.shape, margin=margin, alpha=alpha)
            loss.proxies.data = proxies
            yield case({"name": "proxy-anchor", "margin": margin, "alpha": alpha}, "cosine", batch, loss)


write(
    batches={
        name: {**batch, "triplets": torch.stack(triplets_of(name)).T.tolist()} for name, batch in BATCHES.items()
    },
    cases=[
        *triplet_margin(),
        *soft_margin(),
        *contrastive(),
        *multi_similarity(),
        *supervised_contrastive(),
        *proxy_anchor(),
    ],
)
