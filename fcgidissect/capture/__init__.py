"""Captures in, batches of packets out: files through scapy's raw readers, live ones too.

The only room that touches files and interfaces.
"""

from fcgidissect.capture.files import Capture, open_capture

__all__ = ["Capture", "open_capture"]
