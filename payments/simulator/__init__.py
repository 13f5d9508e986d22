"""A gateway that takes no money: a service of its own, with its own ledger, for demonstrations
and tests. It knows nothing of the product but what any gateway is told."""
