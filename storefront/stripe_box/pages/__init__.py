"""What people see: the payment page and the Dashboard."""
