"""Reads what S/MIME signed data holds, which anybody can without a key.

Who signed it is not checked. By hand, because `cryptography` (50.0) gives out the certificates of such data
and no content, and what it reads of ASN.1 has lengths, where mail programs write without (BER, RFC 5652).
"""

from collections.abc import Iterator

_SIGNED = bytes.fromhex("2a864886f70d010702")  # 1.2.840.113549.1.7.2
_DATA = bytes.fromhex("2a864886f70d010701")  # 1.2.840.113549.1.7.1
_END, _OCTETS, _OBJECT, _CHUNKS, _EXPLICIT = 0x00, 0x04, 0x06, 0x24, 0xA0
_CONSTRUCTED = 0x20  # made of others, which follow


def content(body: bytes) -> bytes | None:
    """The mail within, as it was written.

    None where there is none, or it is encrypted. In one pass, whatever was sent.
    """
    elements = _elements(body)
    if next((value for tag, value in elements if tag == _OBJECT), None) != _SIGNED:
        return None
    for tag, value in elements:
        if (tag, value) == (_OBJECT, _DATA):
            break
    chunks: list[bytes] = []
    for tag, value in elements:
        if tag == _OCTETS:
            chunks.append(value)
        elif tag not in ((_END, _CHUNKS) if chunks else (_EXPLICIT, _CHUNKS)):
            break
    return b"".join(chunks) or None


def _elements(body: bytes) -> Iterator[tuple[int, bytes]]:
    """Tag and value of one element after another; of one that is made of others, the tag alone."""
    at = 0
    while at + 2 <= len(body):
        tag, length, at = body[at], body[at + 1], at + 2
        if length > 0x80:
            at, length = at + (length & 0x7F), int.from_bytes(body[at : at + (length & 0x7F)])
        if tag & _CONSTRUCTED:
            yield tag, b""
        elif length == 0x80:
            return
        else:
            yield tag, body[at : at + length]
            at += length
