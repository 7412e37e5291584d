"""How often the 90 % intervals of NRR and GRR hold the truth, over thousands of drawn portfolios.

    python -m tests.benchmarks.bench_intervals --portfolios 2000

Ends with an error where one of the ordinary portfolios (30 to 300 accounts, sizes a hundredfold
apart at most) lies outside 87 to 93 in 100. A very uneven portfolio is printed beside them: there
the largest few accounts decide, and no interval over accounts can know what they will do.
"""

from __future__ import annotations

import argparse
import sys

from tests.analyses.coverage import coverage

ORDINARY = ((80, 0.6), (80, 0.8), (150, 0.8), (300, 0.8), (300, 1.0))
UNEVEN = (
    (30, 0.6),
    (80, 1.4),
)
LEAST, MOST = 0.87, 0.93


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--portfolios", type=int, default=2000)
    parser.add_argument("--resamples", type=int, default=500)
    options = parser.parse_args()
    outside = 0
    print("| accounts | spread of log size | NRR | GRR | |")
    print("|---|---|---|---|---|")
    for accounts, spread in (*ORDINARY, *UNEVEN):
        found = coverage(
            accounts=accounts,
            spread=spread,
            portfolios=options.portfolios,
            resamples=options.resamples,
            seed=20260930,
        )
        fits = all(LEAST <= share <= MOST for share in found.values())
        asked = (accounts, spread) in ORDINARY
        outside += asked and not fits
        word = "ok" if fits else "outside" if asked else "outside, not asked"
        print(
            f"| {accounts} | {spread} | {found['nrr']:.3f} | {found['grr']:.3f} | {word} |",
            flush=True,
        )
    return 1 if outside else 0


if __name__ == "__main__":
    sys.exit(main())
