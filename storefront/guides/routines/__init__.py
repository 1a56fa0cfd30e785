"""A guide's steps as a routine: how often, what to buy, how long it lasts, what a week costs."""
