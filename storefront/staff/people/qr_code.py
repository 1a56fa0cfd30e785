"""A picture that a phone reads, drawn by the server: no script, and nobody else sees it."""

import segno


def qr_code(text: str) -> str:
    """The address of an SVG, whole in itself, for an <img>; dark on light in any scheme."""
    picture = segno.make(text, error="m", micro=False)
    address: str = picture.svg_data_uri(scale=4, border=4, dark="#1c2b26", light="#fff")
    return address
