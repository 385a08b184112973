"""Several hold something together: how much, who lets go first, and that it is said."""

import gc

import pytest

from fcgidissect.capture import open_capture
from fcgidissect.dissect import Dissector
from fcgidissect.limits import Budget, Limits
from fcgidissect.net.flow import Flow
from fcgidissect.output import Settings, writer
from fcgidissect.registry import Registry
from tests.corpus import CAPTURES


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


@pytest.mark.parametrize(
    "name, limits, said",
    [
        ("reorder-web", Limits(), []),
        ("reorder-web", Limits(connections=2), ["connections (2)"]),
        ("reorder-web", Limits(total_bytes=20_000), ["total_bytes (20000)"]),
        ("snaplen", Limits(searched_bytes=100), ["searched_bytes (100)"]),
        ("ipip-fragments", Limits(fragments=0), ["fragments (0)"]),
        ("noise", Limits(conversations=4), ["conversations (4)"]),
    ],
)
def test_a_limit_that_was_reached_is_told(
    name: str, limits: Limits, said: "list[str]"
) -> None:
    dissector = Dissector({9000}, limits)
    with open_capture(str(CAPTURES / f"{name}.pcap.gz")) as batches:
        for batch in batches:
            dissector.feed(batch)
    reached = [remark.message for remark in dissector.limits_reached]
    assert len(reached) == len(said)
    for message, limit in zip(reached, said):
        assert message.startswith(f"the limit {limit} was reached")


@pytest.mark.parametrize("form", ["text", "jsonl"])
def test_of_what_has_ended_nothing_waits_for_the_collector(form: str) -> None:
    dissector = Dissector({9000})
    written = writer(form, Settings(Registry()), "record")
    gc.collect()
    gc.disable()
    others = len(flows())
    try:
        with open_capture(str(CAPTURES / "nginx-retry.pcap.gz")) as batches:
            for batch in batches:
                assert written.rows(dissector.feed(batch))
        dissector.finish()
        del batch, dissector
        assert len(flows()) == others
    finally:
        gc.enable()


def flows() -> "list[Flow]":
    return [each for each in gc.get_objects() if isinstance(each, Flow)]
