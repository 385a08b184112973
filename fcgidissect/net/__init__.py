"""The network: frames in, ordered bytes out; nothing here has heard of FastCGI."""
