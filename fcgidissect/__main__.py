"""`python -m fcgidissect` is the console script."""

from fcgidissect.cli import run

if __name__ == "__main__":
    run()
