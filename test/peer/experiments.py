"""Statistics of rates and experiments by scipy and statsmodels. Not called statistics.py: Python has a module of that name."""

import random

import numpy
from golden import write
from scipy import stats
from statsmodels.api import OLS
from statsmodels.stats.proportion import (
    confint_proportions_2indep,
    power_proportions_2indep,
    proportion_confint,
    proportions_ztest,
    samplesize_proportions_2indep_onetail,
)

SHARES = [[0, 7], [7, 7], [1, 3], [3, 10], [40, 1000], [58, 1000], [512, 1024], [2, 50000]]
PAIRS = [[[40, 1000], [58, 1000]], [[30, 60], [31, 90]], [[0, 40], [5, 40]], [[9, 9], [4, 9]], [[900, 50000], [1010, 50000]]]
PLANS = [
    [0.05, 0.01, 0.05, 0.8, 0.5],
    [0.02, 0.005, 0.05, 0.9, 0.5],
    [0.3, 0.1, 0.01, 0.8, 0.5],
    [0.05, 0.02, 0.05, 0.8, 0.1],
    [0.5, 0.2, 0.1, 0.6, 0.8],
]


def interval(share):
    hits, of = share
    return {"hits": hits, "of": of, "wilson": [float(end) for end in proportion_confint(hits, of, method="wilson")]}


def difference(pair):
    (hits_a, of_a), (hits_b, of_b) = pair
    low, high = confint_proportions_2indep(hits_b, of_b, hits_a, of_a, method="newcomb", compare="diff")
    _, p = proportions_ztest([hits_b, hits_a], [of_b, of_a])
    return {"first": pair[0], "second": pair[1], "newcombe": [float(low), float(high)], "pValue": float(p)}


def plan(baseline, effect, alpha, power, share):
    ratio = (1 - share) / share
    # The treatment is the first sample, and the control `ratio` times as large.
    treatment = float(
        samplesize_proportions_2indep_onetail(
            effect, baseline, power, ratio=ratio, alpha=alpha, alternative="two-sided"
        )
    )
    reached = power_proportions_2indep(effect, baseline, 500, ratio=ratio, alpha=alpha, return_results=False)
    return {
        **{"baseline": baseline, "smallestEffect": effect, "alpha": alpha, "power": power, "treatmentShare": share},
        **{"treatment": treatment, "powerOf500": float(reached)},
    }


def clustered(seed, clusters, chance_of_all):
    """Shoppers who see one to twelve results, and of whom some click nearly all and most none."""
    chance = random.Random(seed)
    rows = []
    for _ in range(clusters):
        units = chance.randint(1, 12)
        eager = chance.random() < chance_of_all
        rows.append([units, sum(chance.random() < (0.9 if eager else 0.05) for _ in range(units))])
    hits = numpy.array([hit for units, y in rows for hit in [1] * y + [0] * (units - y)], dtype=float)
    groups = numpy.array([at for at, (units, _) in enumerate(rows) for _ in range(units)])
    fit = OLS(hits, numpy.ones(len(hits))).fit(cov_type="cluster", cov_kwds={"groups": groups})
    rate, error = float(fit.params[0]), float(fit.bse[0])
    effective = min(len(hits), rate * (1 - rate) / error**2)
    wilson = proportion_confint(rate * effective, effective, method="wilson")
    return {"rows": rows, "rate": rate, "error": error, "interval": [float(end) for end in wilson]}


write(
    tails=[[z, float(stats.norm.sf(z))] for z in [-3.0, -0.5, 0.0, 0.1, 1.0, 1.96, 2.999, 3.001, 4.5, 8.0, 30.0]],
    quantiles=[[p, float(stats.norm.ppf(p))] for p in [1e-10, 0.001, 0.025, 0.2, 0.5, 0.8, 0.975, 0.999999]],
    shares=[interval(share) for share in SHARES],
    differences=[difference(pair) for pair in PAIRS],
    plans=[plan(*one) for one in PLANS],
    splits=[
        [control, treatment, share, float(stats.chisquare([control, treatment], [total * (1 - share), total * share])[1])]
        for control, treatment, share in [[500, 500, 0.5], [520, 480, 0.5], [5200, 4800, 0.5], [907, 93, 0.1], [0, 9, 0.3]]
        for total in [control + treatment]
    ],
    clustered=[clustered(41, 30, 0.2), clustered(42, 200, 0.1), clustered(43, 5, 0.5)],
)
