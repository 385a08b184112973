"""A statistic takes what it wants, and the rest costs nothing."""

from fcgidissect.statistics import KINDS
from fcgidissect.statistics.statistic import Statistic


def test_every_statistic_wants_something_and_tells_something() -> None:
    given = {"INTERVAL": "1", "MODE": "ascii", "N": "0"}
    for kind in KINDS:
        words = [given[name] for name in kind.arguments if name in given]
        made = kind.make(*words)
        methods = ("packets", "records", "requests", "connections")
        assert any(
            getattr(type(made), name) is not getattr(Statistic, name)
            for name in methods
        )
        for name in methods:
            if name != "packets":
                getattr(made, name)([])
        assert isinstance(made.tables(), list)
