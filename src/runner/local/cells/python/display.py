"""What a value is displayed as: its forms by media types, and the bounds of those."""

import base64
import io
import json
import sys

DISPLAY_BYTES = 8 << 20
DISPLAY_PARTS = 16
"""Bounds of one display: bytes of all of its parts as JSON, and how many."""

TEXT_LENGTH = 4000
"""Characters of a display's plain form; a longer one is a part besides."""

REPRESENTATIONS = {
    "_repr_html_": "text/html",
    "_repr_markdown_": "text/markdown",
    "_repr_svg_": "image/svg+xml",
    "_repr_png_": "image/png",
    "_repr_jpeg_": "image/jpeg",
    "_repr_latex_": "text/latex",
    "_repr_json_": "application/json",
    "_repr_javascript_": "application/javascript",
}


def display_of(bundle):
    """The plain form of a value that is given by media types, and its other forms, as far as the bounds allow."""
    parts, omitted = [], []
    left = DISPLAY_BYTES
    plain = bundle.pop("text/plain", None)
    if plain is None:
        plain = ""
    if not isinstance(plain, str):
        plain = repr(plain)
    if len(plain) > TEXT_LENGTH:
        bundle["text/plain"] = plain
        plain = f"{plain[:TEXT_LENGTH]}\n[{len(plain) - TEXT_LENGTH} more characters]"
    for media_type, value in bundle.items():
        if value is None:
            # It has no such form.
            continue
        part = part_of(str(media_type), value)
        size = len(json.dumps(part["data"]))
        if size > left or len(parts) >= DISPLAY_PARTS:
            omitted.append(f"[{media_type} of {size} bytes left out: at most {DISPLAY_BYTES} of one result are kept]")
            continue
        left -= size
        parts.append(part)
    text = "\n".join([plain, *omitted] if plain else omitted)
    return text, parts


def is_media_bundle(value):
    return bool(value) and all(isinstance(key, str) and key.count("/") == 1 for key in value)


def bundle_of(value):
    """A value by media types, as far as it or we know how; `text/plain` is always there."""
    bundle = {"text/plain": repr(value)}
    if isinstance(value, type):
        return bundle
    for name, media_type in REPRESENTATIONS.items():
        method = getattr(type(value), name, None)
        if method is not None:
            add(bundle, media_type, method(value))
    method = getattr(type(value), "_repr_mimebundle_", None)
    if method is not None:
        found = method(value, include=None, exclude=None)
        for media_type, data in (found[0] if isinstance(found, tuple) else found or {}).items():
            add(bundle, media_type, data)
    figure = getattr(sys.modules.get("matplotlib.figure"), "Figure", None)
    if isinstance(figure, type) and isinstance(value, figure):
        image = io.BytesIO()
        value.savefig(image, format="png", bbox_inches="tight")
        add(bundle, "image/png", image.getvalue())
        pyplot = sys.modules.get("matplotlib.pyplot")
        if pyplot is not None:
            pyplot.close(value)
    return bundle


def add(bundle, media_type, data):
    if isinstance(data, tuple):
        data = data[0]
    if data is not None:
        bundle[media_type] = data


def part_of(media_type, value):
    if isinstance(value, (bytes, bytearray, memoryview)):
        return {"mediaType": media_type, "data": base64.b64encode(value).decode(), "isBase64": True}
    if isinstance(value, str):
        is_base64 = media_type.startswith("image/") and not media_type.endswith("+xml")
        return {"mediaType": media_type, "data": value, "isBase64": is_base64}
    return {"mediaType": media_type, "data": json.dumps(value, default=str), "isBase64": False}
