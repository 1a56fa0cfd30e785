"""Letters that go out, and Stripe's messages that come in."""
