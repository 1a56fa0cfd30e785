"""The HTTP side of the API: requests, their validation, and answers in Stripe's form."""
