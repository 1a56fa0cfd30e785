"""Reviews in the back office: read without their stars, shown or withheld, answered, undone."""
