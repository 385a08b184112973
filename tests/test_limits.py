"""Several hold something together: how much, and who lets go first."""

from fcgidissect.limits import Budget


def test_who_has_waited_longest_lets_go_first() -> None:
    budget: "Budget[str]" = Budget(100)
    budget.hold("a", 50)
    budget.hold("b", 40)
    budget.hold("a", 60)
    assert budget.used == 100 and budget.overflowing() is None
    budget.hold("b", 41)
    assert budget.overflowing() == "a"
    budget.hold("a", 0)
    assert budget.used == 41 and list(budget.waiting) == ["b"]
    budget.hold("b", 101)
    assert budget.overflowing() == "b"
    budget.hold("b", 0)
    assert budget.used == 0 and budget.overflowing() is None
