"""Acting as shopper, bank, clock and network, in Python and over HTTP."""
