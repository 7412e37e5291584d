"""How fast the purchase models fit, and how often their intervals hold the truth.

    python -m tests.benchmarks.bench_purchase_models                 # speed
    python -m tests.benchmarks.bench_purchase_models --coverage 1000 # coverage, some minutes

Speed is printed as a ratio to the `lifetimes` package on the same customers. That package is no
longer maintained and needs old versions of numpy and pandas, so it is run as another process:
name a Python that can import it in the environment variable LIFETIMES_PYTHON. Without one the
yardstick is a plain scipy fit (the textbook formula, numeric gradients, one start).
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import optimize, special

from portfolio_lib.analyses.purchase_models import (
    PURCHASE_MODELS,
    Horizon,
    contractual,
    estimate_lifetime_values,
    gamma_gamma,
)
from portfolio_lib.analyses.purchase_models.histories import collect_histories
from portfolio_lib.analyses.purchase_models.valuation import value_customers
from tests.analyses.purchase_models.customers import (
    SPEND_TRUTH,
    TRUTH,
    Customers,
    simulate,
    simulate_contracts,
    simulate_spend,
)

SIZES = (2_500, 20_000, 100_000)
PEER_LIMIT_S = 300
VALUE = "lifetime value"

PEER = """
import json, sys, time
import numpy as np, pandas as pd
from lifetimes import BetaGeoFitter, ModifiedBetaGeoFitter, ParetoNBDFitter
kinds = {"BG/NBD": BetaGeoFitter, "MBG/NBD": ModifiedBetaGeoFitter, "Pareto/NBD": ParetoNBDFitter}
data = np.load(sys.argv[1])
start = time.perf_counter()
columns = [pd.Series(data[name]) for name in ("x", "t_x", "t")]
fitted = kinds[sys.argv[2]]().fit(*columns)
seconds = time.perf_counter() - start
print(json.dumps({"seconds": seconds, "parameters": list(map(float, fitted.params_))}))
"""


def time_fit(model: str, customers: Customers) -> tuple[float, float]:
    """Seconds and log-likelihood of our fit, gathering included; the best of two."""
    seconds = []
    for _ in range(2):
        start = time.perf_counter()
        fitted = PURCHASE_MODELS[model].fit_histories(collect_histories(*customers.histories))
        seconds.append(time.perf_counter() - start)
    return min(seconds), fitted.loglikelihood


def time_peer(python: str, model: str, customers: Customers) -> tuple[float, list[float]] | str:
    """Seconds and parameters of a lifetimes fit, or why there are none."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "customers.npz"
        x, t_x, t = customers.histories
        np.savez(file, x=x, t_x=t_x, t=t)
        try:
            run = subprocess.run(
                [python, "-W", "ignore", "-c", PEER, str(file), model],
                capture_output=True,
                text=True,
                timeout=PEER_LIMIT_S,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return f"lifetimes took more than {PEER_LIMIT_S} s"
    if run.returncode != 0:
        return "lifetimes failed: " + (run.stderr.strip().splitlines() or ["no message"])[-1]
    answer = json.loads(run.stdout.strip().splitlines()[-1])
    return answer["seconds"], answer["parameters"]


def time_plain_scipy(model: str, customers: Customers) -> tuple[float, list[float]] | str:
    """Seconds and parameters of the textbook log-likelihood in L-BFGS-B, numeric gradients."""
    formula = {"BG/NBD": textbook_bgnbd, "Pareto/NBD": textbook_pareto_nbd}.get(model)
    if formula is None:
        return "no textbook formula written out"
    start = time.perf_counter()
    run = optimize.minimize(
        lambda point: -formula(np.exp(point), customers).mean(), np.zeros(4), method="L-BFGS-B"
    )
    return time.perf_counter() - start, np.exp(run.x).tolist()


def textbook_bgnbd(parameters: np.ndarray, customers: Customers) -> np.ndarray:
    """Fader, Hardie and Lee (2005), equation (6), as A1 to A4."""
    r, alpha, a, b = parameters
    x, t_x, t = customers.histories
    front = special.gammaln(r + x) - special.gammaln(r) + r * np.log(alpha)
    stay = special.betaln(a, b + x) - special.betaln(a, b) - (r + x) * np.log(alpha + t)
    leave = special.betaln(a + 1, b + np.maximum(x, 1) - 1) - special.betaln(a, b)
    leave = np.where(x > 0, leave - (r + x) * np.log(alpha + t_x), -np.inf)
    return front + np.logaddexp(stay, leave)


def textbook_pareto_nbd(parameters: np.ndarray, customers: Customers) -> np.ndarray:
    """Fader and Hardie (2005), the likelihood with the difference of two hypergeometrics."""
    r, alpha, s, beta = parameters
    x, t_x, t = customers.histories
    high, low, c = max(alpha, beta), min(alpha, beta), (s + 1 if alpha >= beta else r + x)
    n = r + s + x

    def term(at: np.ndarray) -> np.ndarray:
        z = (high - low) / (high + at)
        return np.log(special.hyp2f1(n, c, n + 1, z)) - n * np.log(high + at)

    first, second = term(t_x), term(t)
    with np.errstate(divide="ignore"):
        gone = np.log(s) - np.log(n) + first + np.log(-np.expm1(second - first))
    stay = -(r + x) * np.log(alpha + t) - s * np.log(beta + t)
    front = special.gammaln(r + x) - special.gammaln(r) + r * np.log(alpha) + s * np.log(beta)
    return front + np.logaddexp(stay, gone)


def print_speed() -> None:
    python = os.environ.get("LIFETIMES_PYTHON")
    peer = "lifetimes" if python else "plain scipy"
    print(
        f"{'model':<11}{'customers':>10}{'ours, s':>9}{peer + ', s':>16}{'ratio':>8}  same optimum"
    )
    for model in ("BG/NBD", "MBG/NBD", "Pareto/NBD"):
        for size in SIZES:
            customers = simulate(model, size, seed=1)
            ours, best = time_fit(model, customers)
            other = (
                time_peer(python, model, customers)
                if python
                else time_plain_scipy(model, customers)
            )
            compared = _compared(model, customers, ours, best, other)
            print(f"{model:<11}{size:>10,}{ours:>9.2f}{compared}", flush=True)


def _compared(
    model: str,
    customers: Customers,
    ours: float,
    best: float,
    other: tuple[float, list[float]] | str,
) -> str:
    if isinstance(other, str):
        return f"  {other}"
    seconds, parameters = other
    there = type(TRUTH[model])(*parameters)
    found = PURCHASE_MODELS[model].loglikelihood(*customers.histories, parameters=there).sum()
    return f"{seconds:>16.2f}{ours / seconds:>8.3f}  ours is higher by {best - found:.3f}"


def print_coverage(repetitions: int, customers: int, only: str | None) -> None:
    """Share of 90 % intervals that hold the true parameter."""
    print(
        f"90 % intervals over {repetitions} simulations of {customers:,} customers; wanted 87–93 %"
    )
    for name, fit_once in _coverage_cases(customers).items():
        if only not in (None, name):
            continue
        hits, unusable = [], 0
        for seed in range(repetitions):
            fitted, truth = fit_once(seed)
            if not fitted.usable:
                unusable += 1
                continue
            lower, upper = fitted.interval(0.90)
            hits.append([a <= b <= c for a, b, c in zip(lower, truth, upper, strict=True)])
        shares = np.mean(hits, axis=0)
        held = "  ".join(f"{k} {v:.1%}" for k, v in zip(truth._fields, shares, strict=True))
        print(f"{name:<12}{held}   (not usable: {unusable})", flush=True)
    if only in (None, VALUE):
        print_value_coverage(repetitions, customers)


def print_value_coverage(repetitions: int, customers: int) -> None:
    """Share of 90 % delta intervals that hold the lifetime values under the true parameters."""
    horizon = Horizon(months=12, annual_discount_rate=0.1)
    totals, each = [], []
    for seed in range(repetitions):
        simulated = simulate("MBG/NBD", customers, seed=seed)
        spend = simulate_spend(simulated.purchases_repeat, seed=seed + 10_000)
        columns = (*simulated.histories, spend)
        names = ("purchases_repeat", "age_at_last_purchase", "age", "mean_value_repeat")
        histories = pd.DataFrame(dict(zip(names, columns, strict=True)))
        found = estimate_lifetime_values(histories, model="MBG/NBD", horizon=horizon)
        if found.total_interval is None:
            continue
        valuation = value_customers(
            histories, model=PURCHASE_MODELS["MBG/NBD"], horizon=horizon, margin=1.0
        )
        true = valuation.values(TRUTH["MBG/NBD"], SPEND_TRUTH)
        totals.append(found.total_interval[0] <= true.sum() <= found.total_interval[1])
        ends = found.customers["lower"].to_numpy(), found.customers["upper"].to_numpy()
        each.append(((ends[0] <= true) & (true <= ends[1])).mean())
    print(
        f"{VALUE} (MBG/NBD × Gamma-Gamma): total {np.mean(totals):.1%}, "
        f"customers on average {np.mean(each):.1%}   (of {len(totals)} simulations)"
    )


def _coverage_cases(customers: int) -> dict[str, Callable[[int], tuple]]:
    def purchases(model: str) -> Callable[[int], tuple]:
        def fit_once(seed: int) -> tuple:
            histories = collect_histories(*simulate(model, customers, seed=seed).histories)
            return PURCHASE_MODELS[model].fit_histories(histories), TRUTH[model]

        return fit_once

    def spend(seed: int) -> tuple:
        x = simulate("BG/NBD", customers, seed=seed).purchases_repeat
        return gamma_gamma.fit(x, simulate_spend(x, seed=seed + 10_000)), SPEND_TRUTH

    def contracts(seed: int) -> tuple:
        truth = contractual.SbgParameters(0.7, 2.5)
        rows = simulate_contracts(*truth, 1.0, customers, periods=8, seed=seed)
        return contractual.fit_sbg(contractual.lifetimes_from_customers(*rows)), truth

    def ageing_contracts(seed: int) -> tuple:
        truth = contractual.BdwParameters(0.7, 2.5, 1.4)
        rows = simulate_contracts(*truth, customers, periods=10, seed=seed)
        return contractual.fit_bdw(contractual.lifetimes_from_customers(*rows)), truth

    models = {model: purchases(model) for model in PURCHASE_MODELS}
    return {**models, "Gamma-Gamma": spend, "sBG": contracts, "BdW": ageing_contracts}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--coverage", type=int, metavar="SIMULATIONS", default=0)
    parser.add_argument("--customers", type=int, default=3_000)
    parser.add_argument("--only", metavar="MODEL", help=f"one model, or {VALUE!r}")
    asked = parser.parse_args()
    if asked.coverage:
        print_coverage(asked.coverage, asked.customers, asked.only)
    else:
        print_speed()


if __name__ == "__main__":
    main()
