"""A packet dissector for FastCGI."""

__version__ = "0.1.0"
