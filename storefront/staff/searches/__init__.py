"""What shoppers looked for in vain, in the back office."""
