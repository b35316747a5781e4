"""From the program's bytes to numbered chunks."""

import time
from collections import deque

from .bounds import CHUNK_BYTES, EARLY_CHUNKS, GATHER, GATHER_LONG, JSON_BYTES, MILLISECOND


class Segment:
    """Text of one stream in the order it was read."""

    __slots__ = ("stream", "at", "since", "parts", "length")

    def __init__(self, stream, at, since, text):
        self.stream = stream
        self.at = at
        """When its first byte was read, milliseconds since 1970."""
        self.since = since
        """The same on the monotonic clock, seconds."""
        self.parts = [text]
        self.length = len(text)

    def add(self, text):
        self.parts.append(text)
        self.length += len(text)


class Chunker:
    """Makes chunks of the raw bytes of both streams, by the rules of ../../../run/output/chunker.ts.

    The first line goes out at once; what follows within the gathering time goes out together at its end, or when it fills
    a chunk. Text without a newline waits for the rest of its line for at most that time. The gathering time is short
    until a program has used its budget of chunks, then long.
    """

    def __init__(self, output_bytes, outlet):
        import codecs

        from json import encoder

        self.emit = outlet.chunk
        """Called with stream, time and the text as JSON."""
        self.emit_display = outlet.display
        self.encode = encoder.encode_basestring
        self.bytes_left = output_bytes
        self.truncated = False
        self.decoders = {stream: codecs.getincrementaldecoder("utf-8")("replace") for stream in (1, 2)}
        self.lines = deque()
        """Segments of whole lines, oldest first; neighbours are of different streams."""
        self.length = 0
        """Characters in `lines`."""
        self.tails = {}
        """For each stream the beginning of a line whose rest has not come. Apart from the lines, so that a line read in two
        parts stays one even when the other stream printed in between."""
        self.count = 0
        self.last_output = float("-inf")

    def push(self, stream, data, now):
        if self.truncated:
            return
        text = self.decoders[stream].decode(data)
        if text:
            self.add(stream, text, now)
            self.proceed(now)

    def display(self, display, now):
        """A display in order with what is printed; never parted: one that passes the limit is dropped."""
        import json

        self.promote_tails(now)
        self.hand_out(1, now)
        if self.truncated:
            return
        texts = [display["text"], *(part["data"] for part in display["parts"])]
        size = sum(len(text.encode("utf-8", "replace")) for text in texts)
        self.truncated = size > self.bytes_left
        if self.truncated:
            return
        self.bytes_left -= size
        self.count += 1
        self.emit_display(int(time.time() * MILLISECOND), json.dumps(display))

    def end(self, now):
        """Hands out all that is left."""
        for stream, decoder in self.decoders.items():
            rest = decoder.decode(b"", True)
            if rest and not self.truncated:
                self.add(stream, rest, now)
        self.promote_tails(now)
        self.hand_out(1, now)

    def proceed(self, now):
        """Hands out what is due."""
        lines_due = self.last_output + self.gather()
        tail = self.oldest_tail()
        if tail is not None and max(tail + GATHER, lines_due) <= now:
            self.promote_tails(now - GATHER)
        if self.length > 0 and lines_due <= now:
            self.hand_out(1, now)
        elif self.length >= CHUNK_BYTES:
            self.hand_out(CHUNK_BYTES, now)

    def due(self):
        """When there will be something to hand out; infinity when nothing waits."""
        if self.truncated:
            return float("inf")
        lines_due = self.last_output + self.gather()
        if self.length > 0:
            return lines_due
        tail = self.oldest_tail()
        return float("inf") if tail is None else max(tail + GATHER, lines_due)

    def gather(self):
        return GATHER if self.count < EARLY_CHUNKS else GATHER_LONG

    def add(self, stream, text, now):
        at = int(time.time() * MILLISECOND)
        end = text.rfind("\n") + 1
        tail = self.tails.get(stream)
        if end > 0:
            if tail is None:
                tail = Segment(stream, at, now, text[:end])
            else:
                tail.add(text[:end])
                del self.tails[stream]
            self.add_lines(tail)
            tail = None
        if end < len(text):
            rest = text[end:]
            if tail is None:
                tail = self.tails[stream] = Segment(stream, at, now, rest)
            else:
                tail.add(rest)
            if tail.length >= CHUNK_BYTES:
                self.add_lines(self.tails.pop(stream))

    def add_lines(self, segment):
        self.length += segment.length
        if self.lines and self.lines[-1].stream == segment.stream:
            last = self.lines[-1]
            last.parts += segment.parts
            last.length += segment.length
        else:
            self.lines.append(segment)

    def oldest_tail(self):
        return min((tail.since for tail in self.tails.values()), default=None)

    def promote_tails(self, until):
        """Counts tails that began by then among the lines."""
        for stream in [stream for stream, tail in self.tails.items() if tail.since <= until]:
            self.add_lines(self.tails.pop(stream))

    def hand_out(self, at_least, now):
        """Hands out chunks while at least so many characters are there."""
        while self.length >= at_least and self.length > 0 and not self.truncated:
            segment = self.lines[0]
            text = "".join(segment.parts)
            start = 0
            while start < len(text) and self.length >= at_least and not self.truncated:
                start += self.hand_out_one(segment, text, start)
                self.last_output = now
            if start < len(text):
                segment.parts = [text[start:]]
                segment.length = len(text) - start
            else:
                self.lines.popleft()
        if self.truncated:
            self.lines.clear()
            self.tails.clear()
            self.length = 0

    def hand_out_one(self, segment, text, start):
        """Hands out the longest beginning that fits a frame, up to a line's end where there is one; returns its length."""
        piece, encoded = fitting_piece(text, start, self.encode)
        length = len(piece)
        self.length -= length
        size = byte_length(piece)
        if size > self.bytes_left:
            piece = beginning(piece, self.bytes_left)
            encoded = self.encode(piece).encode()
            size = byte_length(piece)
            self.truncated = True
        self.bytes_left -= size
        if piece:
            self.count += 1
            self.emit(segment.stream, segment.at, encoded)
        return length


def fitting_piece(text, start, encode):
    """The longest beginning of `text[start:]` that a chunk may have, and its JSON. Ends with a line when it is not all."""
    most = CHUNK_BYTES
    rest = text[start : start + most]
    while True:
        piece = beginning(rest, most)
        if start + len(piece) < len(text):
            piece = piece[: piece.rfind("\n") + 1] or piece
        encoded = encode(piece).encode()
        if len(encoded) <= JSON_BYTES:
            return piece, encoded
        # With many escapes the JSON is up to six times the text.
        most = min(most, byte_length(piece)) * (JSON_BYTES - 80) // len(encoded)


def beginning(text, most):
    """The longest beginning of `text` that takes at most `most` bytes of UTF-8; no character is parted."""
    if text.isascii():
        return text[:most]
    return text[:most].encode()[:most].decode("utf-8", "ignore")


def byte_length(text):
    return len(text) if text.isascii() else len(text.encode())
