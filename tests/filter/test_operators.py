"""The table of operators."""

from fcgidissect.filter import operators
from fcgidissect.filter.types import NUMBER

TABLES = (
    operators.LOGIC,
    operators.RELATIONS,
    operators.QUANTIFIERS,
    operators.ARITHMETIC,
)


def test_no_spelling_stands_for_two_operators() -> None:
    spellings = [
        s for table in TABLES for operator in table for s in operator.spellings
    ]
    assert len(spellings + operators.MARKS) == len(operators.SPELLINGS)


def test_an_operator_is_named_by_its_first_spelling() -> None:
    assert all(o.spellings[0] == o.name for table in TABLES for o in table)


def test_every_comparison_is_told_how_to_decide() -> None:
    named = {operator.name for operator in operators.RELATIONS}
    assert named - operators.COMPARISONS.keys() == {"contains", "matches", "in"}
    assert all(operators.takes(name, NUMBER) for name in operators.COMPARISONS)


def test_mirrored_twice_is_the_same() -> None:
    for name, comparison in operators.COMPARISONS.items():
        assert operators.COMPARISONS[comparison.mirror].mirror == name


def test_every_binary_operator_binds() -> None:
    binary = operators.LOGIC[:-1] + operators.ARITHMETIC
    assert {operator.name for operator in binary} == operators.BINDING.keys()
