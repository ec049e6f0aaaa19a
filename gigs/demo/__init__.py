"""Made-up people, their gigs and the pictures that are drawn for them."""
