"""What may go wrong, by rule: requests, answers and messages."""
