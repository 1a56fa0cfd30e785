"""The `Stripe-Signature` header."""

import hashlib
import hmac


def signature_header(body: bytes, *secrets: str, timestamp: int) -> str:
    """Sign a webhook body as Stripe does: `t=…,v1=…,v0=…`, where v0 never counts.

    Every secret gives a v1: there are two while one is being replaced.
    """
    signed = f"{timestamp}.".encode() + body
    real = [hmac.new(one.encode(), signed, hashlib.sha256).hexdigest() for one in secrets]
    decoy = hmac.new(b"v0" + secrets[0].encode(), signed, hashlib.sha256).hexdigest()
    return ",".join([f"t={timestamp}", *(f"v1={one}" for one in real), f"v0={decoy}"])
