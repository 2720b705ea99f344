"""Field tables and payloads written by hand, for types that the client library does not write."""

import struct


def table(pairs):
    """A field table; each value is its type's octet and the value's own octets."""
    octets = b"".join(short(name) + kind + value for name, (kind, value) in pairs.items())
    return struct.pack(">I", len(octets)) + octets


def short(text):
    """A short string."""
    octets = text.encode()
    return bytes([len(octets)]) + octets


def queue_bind(queue, exchange, key, arguments):
    """The payload of a `queue.bind` with a ready-made table."""
    return (struct.pack(">HHH", 50, 20, 0) + short(queue) + short(exchange) + short(key)
            + b"\x00" + arguments)


def properties_frame(body_size, headers):
    """The payload of a content header that carries only a ready-made table of headers."""
    return struct.pack(">HHQH", 60, 0, body_size, 1 << 13) + headers
