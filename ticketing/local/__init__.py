"""Everything the product needs, on one machine: real servers from wheels, kept running."""
