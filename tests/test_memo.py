"""A memo remembers, and is emptied when it is full."""

from fcgidissect.limits import Limits
from fcgidissect.memo import Memo


def test_it_never_has_more_than_it_may() -> None:
    memo: "Memo[int, int]" = Memo(3)
    sizes = []
    for number in range(8):
        memo[number] = number
        sizes.append(len(memo))
    assert sizes == [1, 2, 3, 1, 2, 3, 1, 2] and memo == {6: 6, 7: 7}


def test_it_has_the_usual_bound_unless_it_is_told_another() -> None:
    memo: "Memo[int, None]" = Memo()
    for number in range(Limits().memo + 1):
        memo[number] = None
    assert list(memo) == [Limits().memo]
