"""What a broker should answer, told by asking RabbitMQ the same.

Each scenario is a function that takes a `Session`. Those of this package's modules are found by
their mark; their names become the names of their queues and exchanges.
"""

import importlib
import pkgutil

_found = {}


def scenario(function):
    """Marks a function as a scenario."""
    if function.__name__ in _found:
        raise ValueError(f"two scenarios are called {function.__name__}")
    _found[function.__name__] = function
    return function


def every():
    """All scenarios by name, in the order of their names."""
    for module in pkgutil.iter_modules(__path__):
        importlib.import_module(f"{__name__}.{module.name}")
    return dict(sorted(_found.items()))
