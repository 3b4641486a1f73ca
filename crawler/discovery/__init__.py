"""Which pages a page leads to, and by which way: chain, lists or links."""
