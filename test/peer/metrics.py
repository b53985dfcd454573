"""Metrics of retrieval by pytorch-metric-learning; of clusters, pairs and probabilities by scikit-learn."""

import random

import numpy
import torch
from golden import clustered_rows, random_rows, write
from pytorch_metric_learning import distances
from pytorch_metric_learning.utils.accuracy_calculator import AccuracyCalculator
from pytorch_metric_learning.utils.inference import CustomKNN
from sklearn.cluster import KMeans
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import brier_score_loss, log_loss, normalized_mutual_info_score, roc_auc_score, roc_curve

# Label 9 is alone in its class: it is not asked, and can be found.
LABELS = [0, 0, 0, 1, 1, 2, 2, 2, 2, 3, 3, 9, 4, 4, 4]
BATCHES = {
    "random": {"embeddings": random_rows(15, 6, 11), "labels": LABELS},
    "clustered": {"embeddings": clustered_rows(LABELS, 6, 12, 0.9), "labels": LABELS},
}
RATES = [0.0, 0.1, 0.25, 0.5]


def hit_rate(embeddings, labels, k):
    """Share of the photos with something to find that have it among their k nearest."""
    knn = CustomKNN(distances.DotProductSimilarity(normalize_embeddings=False))
    _, nearest = knn(embeddings, k, embeddings, True)
    asked = (labels[:, None] == labels[None]).sum(1) > 1
    return float((labels[nearest] == labels[:, None]).any(1)[asked].to(torch.get_default_dtype()).mean())


def retrieval(name):
    batch = BATCHES[name]
    calculator = AccuracyCalculator(
        include=("precision_at_1", "r_precision", "mean_average_precision_at_r"),
        k="max_bin_count",
        device=torch.device("cpu"),
        knn_func=CustomKNN(distances.DotProductSimilarity(normalize_embeddings=False)),
    )
    figures = calculator.get_accuracy(torch.tensor(batch["embeddings"]), torch.tensor(batch["labels"]))
    return {
        "batch": name,
        "precisionAt1": float(figures["precision_at_1"]),
        "rPrecision": float(figures["r_precision"]),
        "mapAtR": float(figures["mean_average_precision_at_r"]),
        "hitRateAt5": hit_rate(torch.tensor(batch["embeddings"]), torch.tensor(batch["labels"]), 5),
    }


def nmi(first, second):
    return {"first": first, "second": second, "nmi": float(normalized_mutual_info_score(first, second))}


def clusters():
    """Clusters that lie apart, so that any start finds them."""
    truth = [row % 4 for row in range(40)]
    rows = clustered_rows(truth, 5, 21, 0.1)
    found = KMeans(4, n_init=10, random_state=1).fit(numpy.array(rows)).labels_
    return {"rows": rows, "clusters": [int(cluster) for cluster in found]}


def pairs(seed, levels):
    """Scores, some of them tied, with outcomes that lean towards the higher ones."""
    chance = random.Random(seed)
    scores = [round(chance.random() * levels) / levels for _ in range(60)]
    is_same = [int(chance.random() < score) for score in scores]
    weights = [round(0.1 + chance.random(), 3) for _ in scores]
    far, tar, _ = roc_curve(is_same, scores, sample_weight=weights, drop_intermediate=False)
    isotonic = IsotonicRegression(out_of_bounds="clip").fit(scores, is_same, sample_weight=weights)
    asked = [-0.5 + 0.05 * step for step in range(41)]
    total = sum(weights)
    logistic = LogisticRegression(C=1e6, solver="newton-cholesky", tol=1e-12, max_iter=1000)
    logistic.fit([[score] for score in scores], is_same, sample_weight=[weight / total for weight in weights])
    probabilities = [0.05 + 0.9 * score for score in scores]
    return {
        "scores": scores,
        "isSame": is_same,
        "weights": weights,
        "auc": float(roc_auc_score(is_same, scores, sample_weight=weights)),
        "tarAtFar": [[rate, max(float(t) for f, t in zip(far, tar) if f <= rate)] for rate in RATES],
        "isotonic": [[at, float(value)] for at, value in zip(asked, isotonic.predict(asked))],
        "logistic": [float(logistic.intercept_[0]), float(logistic.coef_[0][0])],
        "brier": float(brier_score_loss(is_same, probabilities, sample_weight=weights)),
        "logLoss": float(log_loss(is_same, probabilities, sample_weight=weights)),
    }


write(
    batches=BATCHES,
    retrieval=[retrieval(name) for name in BATCHES],
    nmi=[
        nmi([0, 0, 1, 1, 2, 2, 2], [1, 1, 0, 0, 0, 2, 2]),
        nmi([0, 0, 1, 1], [5, 5, 3, 3]),
        nmi([0, 0, 1, 1], [0, 0, 0, 0]),
        nmi([0, 0, 0], [1, 1, 1]),
        nmi([0, 1, 2, 3], [0, 0, 1, 1]),
    ],
    clusters=clusters(),
    pairs=[pairs(31, 1000), pairs(32, 12)],
)
