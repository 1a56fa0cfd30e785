"""Who works here: signing in, roles, invitations, their second step, and what they did."""
