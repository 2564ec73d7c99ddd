"""Dynamic pricing: one price a product for everybody, learned from what sold at which price."""
