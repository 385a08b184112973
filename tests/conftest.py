"""Options of our own: `--update-golden` rewrites the expected outputs in tests/golden."""

from typing import Iterator

import pytest
from hypothesis import HealthCheck, settings


def pytest_configure(config: pytest.Config) -> None:
    """Properties take the time they need on a busy machine; CI tries the same cases anew."""
    settings.register_profile(
        "steady",
        deadline=None,
        derandomize=_nothing_may_be_skipped(),
        suppress_health_check=[HealthCheck.too_slow],
    )
    settings.load_profile("steady")


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


@pytest.fixture(autouse=True, scope="session")
def no_configuration(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Tests know nothing of what the user of this machine has configured."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CONFIG_HOME", str(tmp_path_factory.mktemp("config")))
        yield


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Where nothing may be skipped (FCGIDISSECT_NO_SKIPS), say what was."""
    if _nothing_may_be_skipped():
        for report in terminalreporter.stats.get("skipped", []):
            terminalreporter.write_line(f"skipped: {report.nodeid}: {report.longrepr}")


def pytest_sessionfinish(session: pytest.Session) -> None:
    """... and fail for it."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if _nothing_may_be_skipped() and reporter and reporter.stats.get("skipped"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def _nothing_may_be_skipped() -> bool:
    import os

    return bool(os.environ.get("FCGIDISSECT_NO_SKIPS"))
