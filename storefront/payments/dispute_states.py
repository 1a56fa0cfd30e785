"""What Stripe's statuses of a dispute mean for the money (docs.stripe.com/disputes)."""

#: The bank asks, and has taken nothing yet.
ASKING = ("warning_needs_response", "warning_under_review")
#: The bank has the money while it decides.
DECIDING = ("needs_response", "under_review")
OPEN_DISPUTES = (*ASKING, *DECIDING)
#: The bank has the money, for now or for good.
TAKEN_BACK = (*DECIDING, "lost")
#: A dispute moves along these and then to its end, and never backwards.
ORDER = (*ASKING, "warning_closed", *DECIDING)
