"""From the server's bytes to lines and payloads."""

from .bounds import LINE_BYTES


class Lines:
    """Parts what is read into lines; what is longer than a line may be is dropped to its end."""

    def __init__(self):
        self.buffer = bytearray()
        self.searched = 0
        self.is_dropping = False

    def push(self, data):
        self.buffer += data
        lines = []
        while True:
            end = self.buffer.find(b"\n", self.searched)
            if end < 0:
                break
            if not self.is_dropping and end <= LINE_BYTES:
                lines.append(bytes(self.buffer[:end]))
            self.is_dropping = False
            self.searched = 0
            del self.buffer[: end + 1]
        self.searched = len(self.buffer)
        if self.searched > LINE_BYTES:
            self.is_dropping = True
        if self.is_dropping:
            self.buffer.clear()
            self.searched = 0
        return lines


def parse_number(text):
    return int(text) if text.isdigit() and len(text) <= 15 else None


def parse_bytes(text):
    """What base64 stands for; None when it is not whole. A stream that broke may leave a beginning."""
    import binascii

    try:
        data = binascii.a2b_base64(text)
    except ValueError:
        return None
    return data if binascii.b2a_base64(data, newline=False) == text else None


RUN_PAYLOAD = {"fileName": str, "code": str, "stdin": str, "args": list, "files": list, "env": list, "limits": dict}
SESSION_PAYLOAD = {"files": list, "env": list, "epoch": int}


def parse_payload(line, fields):
    """The payload of a line `run` or `session`, its JSON as bytes and as object; None and None when it did not arrive whole.
    `fields`: what must be there, and of which kind."""
    parts = line.split(b" ", 4)
    if len(parts) < 5 or parse_number(parts[2]) != len(parts[4]):
        return None, None
    if sha256()(parts[4]).hexdigest().encode() != parts[3]:
        return None, None
    import json

    try:
        payload = json.loads(parts[4])
        is_whole = all(isinstance(payload[name], kind) for name, kind in fields.items()) and (
            "limits" not in fields
            or all(payload["limits"][name] > 0 for name in ("timeoutMs", "memoryMb", "outputBytes"))
        )
    except (ValueError, LookupError, TypeError):
        return None, None
    return (parts[4], payload) if is_whole else (None, None)


def sha256():
    """Without the rest of `hashlib`, which takes long to import."""
    try:
        from _sha2 import sha256
    except ImportError:
        try:
            from _sha256 import sha256
        except ImportError:
            from hashlib import sha256
    return sha256
