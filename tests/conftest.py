"""Options of our own: `--update-golden` rewrites the expected outputs in tests/golden."""

from typing import Iterator

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-golden",
        action="store_true",
        help="write what is printed now into tests/golden; read the difference after",
    )


@pytest.fixture(autouse=True, scope="session")
def time_zone() -> Iterator[None]:
    """Tests run in UTC: dates are local ones."""
    import os
    import time

    before = os.environ.get("TZ")
    os.environ["TZ"] = "UTC"
    time.tzset()
    yield
    os.environ.pop("TZ")
    if before is not None:
        os.environ["TZ"] = before
    time.tzset()
