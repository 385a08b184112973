"""Captures and their parts, made byte by byte for what no server will say."""
