"""One HTTP POST without redirects, as a webhook sender makes it."""

import http.client
import ssl
from urllib.parse import urlsplit


def post(url: str, body: bytes, headers: dict[str, str], *, timeout: float) -> int:
    """Return the status of the answer; raises OSError or HTTPException when there is none."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    connection: http.client.HTTPConnection
    if parts.scheme == "https":
        context = ssl.create_default_context()
        connection = http.client.HTTPSConnection(host, parts.port, timeout=timeout, context=context)
    else:
        connection = http.client.HTTPConnection(host, parts.port, timeout=timeout)
    try:
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request("POST", target, body, headers)
        answer = connection.getresponse()
        answer.read(64_000)
        return answer.status
    finally:
        connection.close()
