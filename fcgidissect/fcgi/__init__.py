"""FastCGI: bytes in, records and requests out; nothing here has heard of TCP."""
