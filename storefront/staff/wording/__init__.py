"""Wording in the back office: the rules, what the house changes of them, and sign-offs."""
