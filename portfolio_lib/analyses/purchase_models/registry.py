"""The purchase models under one set of names, simplest first."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from portfolio_lib.analyses.purchase_models import bgnbd, mbgnbd, nbd, pareto_nbd
from portfolio_lib.analyses.purchase_models.fitting import Fit
from portfolio_lib.analyses.purchase_models.histories import Floats
from portfolio_lib.errors import DataFault

# The parameters differ from model to model, so here (and only here) they are not typed.
Parameters = Any


@dataclass(frozen=True)
class PurchaseModel:
    """The functions of one purchase model; see its module for what each returns.

    Parameters
    ----------
    name : str
        What readers call it.
    fit_histories, mean_loss, loglikelihood, probability_alive, expected_purchases_if_alive
        The functions of that name in the module of the model.
    """

    name: str
    fit_histories: Callable[..., Fit[Any]]
    mean_loss: Callable[..., tuple[float, Floats]]
    loglikelihood: Callable[..., Floats]
    probability_alive: Callable[..., Floats]
    expected_purchases_if_alive: Callable[..., Floats]

    def expected_purchases(
        self,
        histories: tuple[Floats, Floats, Floats],
        *,
        horizon: float | Floats,
        parameters: Parameters,
    ) -> Floats:
        """Expected purchases in (T, T + horizon] given each history (x, t_x, T)."""
        alive = self.probability_alive(*histories, parameters=parameters)
        return alive * self.expected_purchases_if_alive(
            *histories, horizon=horizon, parameters=parameters
        )


def _model(module: Any) -> PurchaseModel:
    return PurchaseModel(
        name=module.MODEL,
        fit_histories=module.fit_histories,
        mean_loss=module.mean_loss,
        loglikelihood=module.loglikelihood,
        probability_alive=module.probability_alive,
        expected_purchases_if_alive=module.expected_purchases_if_alive,
    )


PURCHASE_MODELS: Mapping[str, PurchaseModel] = MappingProxyType(
    {module.MODEL: _model(module) for module in (nbd, bgnbd, mbgnbd, pareto_nbd)}
)


def find_model(name: str) -> PurchaseModel:
    """The model of that name.

    Raises
    ------
    DataFault
        There is none.
    """
    if name not in PURCHASE_MODELS:
        raise DataFault(
            f"purchase models: found the name {name!r}; expected one of "
            f"{', '.join(PURCHASE_MODELS)}."
        )
    return PURCHASE_MODELS[name]
