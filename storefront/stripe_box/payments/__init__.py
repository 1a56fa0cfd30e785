"""What money does: from the try to pay to refunds, disputes and the balance."""
