"""What has gone wrong between real shops and Stripe, once each; the numbers are one list's."""
