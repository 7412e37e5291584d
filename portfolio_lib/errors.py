"""The one family of exceptions that the kit raises on purpose.

Every message says where, what was found, what was expected, and the next step. The command
line prints these without a traceback and turns `exit_code` into the exit code of the process.
"""

from __future__ import annotations


class PortfolioError(Exception):
    """Something the user can mend. The message is written for them."""

    exit_code = 1


class ParameterFault(PortfolioError):
    """One or more parameter files cannot be used; the message lists every fault of every file."""

    exit_code = 2


class DataFault(PortfolioError):
    """The tables handed in cannot be used; the message lists every fault that stops the review."""

    exit_code = 3


class RunFailure(PortfolioError):
    """At least one unit has no new pack; what was published before stays published."""

    exit_code = 4


class EngineFault(PortfolioError):
    """The engine refused a step, or a step left the portable subset of SQL."""

    exit_code = 5
