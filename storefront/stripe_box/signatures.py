"""The `Stripe-Signature` header."""

import hashlib
import hmac


def signature_header(body: bytes, secret: str, *, timestamp: int) -> str:
    """Sign a webhook body as Stripe does: `t=…,v1=…,v0=…`, where v0 never counts."""
    signed = f"{timestamp}.".encode() + body
    real = hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()
    decoy = hmac.new(b"v0" + secret.encode(), signed, hashlib.sha256).hexdigest()
    return f"t={timestamp},v1={real},v0={decoy}"
