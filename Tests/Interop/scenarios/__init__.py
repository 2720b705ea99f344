"""What a broker should answer, told by asking RabbitMQ the same.

Each scenario is a function that takes a `Session`. Those of this package's modules are found by
their mark; their names become the names of their queues and exchanges.

A scenario that is a generator goes over restarts: at each `yield` the broker ends in order and
starts again with its data, all scenarios of this kind at once. Clients are not closed before; the
session's own are connected anew behind the `yield`.
"""

import importlib
import inspect
import pkgutil

_found = {}


def scenario(function):
    """Marks a function as a scenario."""
    if function.__name__ in _found:
        raise ValueError(f"two scenarios are called {function.__name__}")
    _found[function.__name__] = function
    return function


def every():
    """All scenarios without a restart by name, in the order of their names."""
    return {name: run for name, run in _all().items() if not inspect.isgeneratorfunction(run)}


def over_restarts():
    """All scenarios with restarts by name, in the order of their names."""
    return {name: run for name, run in _all().items() if inspect.isgeneratorfunction(run)}


def _all():
    for module in pkgutil.iter_modules(__path__):
        importlib.import_module(f"{__name__}.{module.name}")
    return dict(sorted(_found.items()))
